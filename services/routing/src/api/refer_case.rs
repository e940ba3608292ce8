//! A person sends a case to one agency more (rule 4): it is answered when all are.

use contracts::routing::{ReferCaseRequest, ReferCaseResponse, ReferralAdded};
use contracts::timestamp;

use super::{Call, Door, REASON_CHARACTERS, Refusal, case_id, text};
use crate::domain::confidential::may_get;
use crate::domain::next_round::Decision;
use crate::place::{Placement, place};
use crate::store;

/// Said where no agency owes an action.
const NO_AGENCY_HAS_IT: &str = "no agency has the case: decide it where it lies, at the desk or with the arbiter, or it is answered already";

pub(super) async fn refer_case(
    door: &Door,
    request: ReferCaseRequest,
    call: &Call,
) -> Result<ReferCaseResponse, Refusal> {
    let case_id = case_id(&request.case_id)?;
    let reason = text("reason", &request.reason, REASON_CHARACTERS)?;
    let added_by = text("added_by", &call.caller.signs(&request.added_by), REASON_CHARACTERS)?;
    let at = door.moment(call);
    let mut tx = door.store.begin().await?;
    let edition = door.catalogues.current(tx.connection()).await?;
    if !edition.catalogue.agencies.contains_key(&request.agency) {
        return Err(Refusal::Invalid { field: "agency", message: "is no agency" });
    }
    let known =
        store::cases::lock(tx.connection(), case_id).await?.ok_or(Refusal::NotFound("no such case"))?;
    call.caller.for_province(&known.registered.province)?;
    if !may_get(&request.agency, &known.registered.about_manager_agency) {
        return Err(Refusal::Decided("the case is about this agency's manager: give it to another (rule 9)"));
    }
    if known.is_withdrawn {
        return Err(Refusal::Decided("the citizen withdrew the case"));
    }
    if let Some(held) = store::additions::held_by(tx.connection(), case_id, &request.agency).await? {
        return Ok(ReferCaseResponse { referral_id: held.to_string() });
    }
    // Beside what is under way: an added agency is no further round. A round that the desk or the arbiter has is theirs.
    let Some(round) = store::additions::round_under_way(tx.connection(), case_id).await? else {
        return Err(Refusal::Decided(NO_AGENCY_HAS_IT));
    };
    if known.tried.contains(&request.agency) {
        return Err(Refusal::Decided("the agency returned the case: only an arbiter sends it back"));
    }
    let placement = Placement {
        case_id,
        case: known.registered,
        round,
        tried: known.tried,
        decision: Decision::Refer(vec![request.agency.clone()]),
        at,
        is_ruled: false,
    };
    let province = placement.case.province.clone();
    let issued = place(&mut tx, &edition, door.store.clock(), &[placement]).await?;
    let referral_id = issued.first().copied().ok_or(Refusal::NotFound("no such case"))?;
    store::additions::insert(tx.connection(), referral_id, (&reason, &added_by), at).await?;
    let added = ReferralAdded {
        referral_id: referral_id.to_string(),
        case_id: case_id.to_string(),
        agency: request.agency,
        province,
        reason,
        added_by,
        added_at: Some(timestamp(at)),
    };
    tx.emit(at, &added);
    tx.commit().await?;
    Ok(ReferCaseResponse { referral_id: referral_id.to_string() })
}
