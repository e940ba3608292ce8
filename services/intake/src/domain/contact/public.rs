//! What the public may not say of a contact: what an operator sees and an anonymous caller only claims.

use contracts::intake::{Channel, RegisterContactRequest};

use super::Fault;

/// What a contact claims that only a centre knows: a programme, which is a clock (rule 7), an official's slot, a call on a
/// trip's lines. Everything else a citizen may say for themselves.
#[must_use]
pub fn claimed(request: &RegisterContactRequest) -> Vec<Fault> {
    let by_call = matches!(request.channel(), Channel::Phone | Channel::Voicemail);
    let on_lines = by_call && !request.campaign.trim().is_empty();
    let claims = [
        ("programme", !request.programme.trim().is_empty(), "is not chosen by the public: leave it empty"),
        ("slot_id", !request.slot_id.trim().is_empty(), "is said by the centre: send an operator's token"),
        ("campaign", on_lines, "has its own lines: a call on them needs an operator's token"),
    ];
    let claims = claims.into_iter().filter(|(_, is_claimed, _)| *is_claimed);
    claims.map(|(field, _, reason)| Fault { field, reason: reason.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_claims_no_clock_no_slot_and_no_line() {
        let phone = RegisterContactRequest { channel: Channel::Phone.into(), ..Default::default() };
        assert!(claimed(&phone).is_empty());
        let claims = RegisterContactRequest {
            programme: "boston311".into(),
            slot_id: "a".into(),
            campaign: "trip".into(),
            ..phone
        };
        let fields = |request| claimed(&request).iter().map(|fault| fault.field).collect::<Vec<_>>();
        assert_eq!(fields(claims), ["programme", "slot_id", "campaign"]);
        let campaign = "trip".into();
        let web = RegisterContactRequest { channel: Channel::Web.into(), campaign, ..Default::default() };
        assert!(fields(web).is_empty(), "who writes during a trip says so");
    }
}
