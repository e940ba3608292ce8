//! The referrals of one case with what was done on them.

use contracts::routing::{ListReferralsRequest, ListReferralsResponse, Referral};
use contracts::timestamp;

use super::get_referral::shown;
use super::{Call, Door, Refusal, case_id};
use crate::store;

pub(super) async fn list_referrals(
    door: &Door,
    request: ListReferralsRequest,
    call: &Call,
) -> Result<ListReferralsResponse, Refusal> {
    let db = door.store.pool();
    let held = store::referrals::of_case(db, case_id(&request.case_id)?).await?;
    if let Some((referral, _)) = held.first() {
        call.caller.for_province(&referral.province)?;
    }
    let ids: Vec<_> = held.iter().map(|(referral, _)| referral.referral_id.0).collect();
    let mut recorded = store::actions::recorded(db, &ids).await?;
    let mut referrals = Vec::with_capacity(held.len());
    for (referral, issued_at) in held {
        let actions: Vec<_> = recorded.extract_if(.., |a| a.referral_id == referral.referral_id).collect();
        referrals.push(Referral {
            referral_id: referral.referral_id.to_string(),
            case_id: referral.case_id.to_string(),
            round: referral.round,
            agency: referral.agency,
            state: referral.state as i32,
            issued_at: Some(timestamp(issued_at)),
            actions: actions.into_iter().map(shown).collect(),
        });
    }
    Ok(ListReferralsResponse { referrals })
}
