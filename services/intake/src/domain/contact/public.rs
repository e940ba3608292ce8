//! What the public may not say of a contact: what an operator sees and an anonymous caller only claims.

use contracts::intake::RegisterContactRequest;

use super::Fault;

/// What a contact claims that only a centre knows: a programme, which is a clock (rule 7), a trip, whose programme may be one,
/// an official's slot, a call, and what was shown of the guidance base. Everything else a citizen may say for themselves.
#[must_use]
pub fn claimed(request: &RegisterContactRequest) -> Vec<Fault> {
    let claims = [
        ("programme", !request.programme.trim().is_empty()),
        ("campaign", !request.campaign.trim().is_empty()),
        ("slot_id", !request.slot_id.trim().is_empty()),
        ("call_id", !request.call_id.trim().is_empty()),
        ("guidance_shown", !request.guidance_shown.is_empty()),
    ];
    let claims = claims.into_iter().filter(|(_, is_claimed)| *is_claimed);
    let reason = "is said by the centre: send an operator's token, or leave it out";
    claims.map(|(field, _)| Fault { field, reason: reason.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use contracts::intake::EntryVersion;

    use super::*;

    #[test]
    fn the_public_claims_nothing_that_only_a_centre_knows() {
        assert!(claimed(&RegisterContactRequest::default()).is_empty());
        let claims = RegisterContactRequest {
            programme: "boston311".into(),
            campaign: "trip".into(),
            slot_id: "a".into(),
            call_id: "c".into(),
            guidance_shown: vec![EntryVersion::default()],
            ..Default::default()
        };
        let fields: Vec<_> = claimed(&claims).iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["programme", "campaign", "slot_id", "call_id", "guidance_shown"]);
    }
}
