//! One referral of an agency, as its own program asks for it.

use contracts::routing::{Action, GetReferralRequest, GetReferralResponse};
use contracts::timestamp;

use super::{Call, Door, Refusal, id};
use crate::domain::referral::State;
use crate::place::issued;
use crate::store;
use crate::store::actions::RecordedAction;

/// Said of another agency's referral, too.
const NONE: Refusal = Refusal::NotFound("this agency has no such referral");

pub(super) async fn get_referral(
    door: &Door,
    request: GetReferralRequest,
    call: &Call,
) -> Result<GetReferralResponse, Refusal> {
    call.caller.for_agency(&request.agency)?;
    let referral_id = id("referral_id", &request.referral_id)?;
    let db = door.store.pool();
    let found = store::referrals::of_agency(db, &request.agency, referral_id).await?;
    let (referral, issued_at) = found.ok_or(NONE)?;
    let mut connection = db.acquire().await?;
    let edition = door.catalogues.current(&mut connection).await?;
    drop(connection);
    let cases = store::cases::registered(db, std::iter::once(referral.case_id)).await?;
    let mut issued = issued(cases.get(&referral.case_id).ok_or(NONE)?, &referral, issued_at, &edition);
    if matches!(referral.state, State::Returned | State::Withdrawn) {
        (issued.statement, issued.place) = Default::default();
    }
    let recorded = store::actions::recorded(db, &[referral_id]).await?;
    let actions = recorded.into_iter().map(shown).collect();
    Ok(GetReferralResponse { issued: Some(issued), state: referral.state as i32, actions })
}

/// A recorded action as it is shown.
pub(super) fn shown(action: RecordedAction) -> Action {
    Action {
        action_id: action.action_id.to_string(),
        kind: action.kind as i32,
        text: action.text,
        recorded_at: Some(timestamp(action.recorded_at)),
    }
}
