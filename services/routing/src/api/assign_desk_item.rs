//! A person decides a case that no rule did.

use contracts::routing::{AssignDeskItemRequest, AssignDeskItemResponse};

use super::{Call, Door, Refusal, case_id};
use crate::domain::confidential::may_get;
use crate::domain::inaction::complained_of;
use crate::domain::next_round::Decision;
use crate::place::{Placement, place};
use crate::store;
use crate::store::desk::Latest;

pub(super) async fn assign_desk_item(
    door: &Door,
    request: AssignDeskItemRequest,
    call: &Call,
) -> Result<AssignDeskItemResponse, Refusal> {
    let case_id = case_id(&request.case_id)?;
    let at = door.moment(call);
    let mut tx = door.store.begin().await?;
    let edition = door.catalogues.current(tx.connection()).await?;
    if !edition.catalogue.agencies.contains_key(&request.agency) {
        return Err(Refusal::Invalid { field: "agency", message: "is no agency" });
    }
    let known = store::cases::lock(tx.connection(), case_id).await?;
    let known = known.ok_or(Refusal::NotFound("the desk never had this case"))?;
    call.caller.for_province(&known.registered.province)?;
    let round = match store::desk::lock_latest(tx.connection(), case_id).await? {
        Latest::Nothing => return Err(Refusal::NotFound("the desk never had this case")),
        Latest::Decided => return Err(Refusal::Decided("this case was decided already")),
        Latest::Open(round) => round,
    };
    if !may_get(&request.agency, &known.registered.about_manager_agency) {
        return Err(Refusal::Decided("the case is about this agency's manager: give it to another (rule 9)"));
    }
    if store::additions::held_by(tx.connection(), case_id, &request.agency).await?.is_some() {
        return Err(Refusal::Decided("this agency has the case already"));
    }
    store::desk::assign(tx.connection(), case_id, round, at).await?;
    let (case, tried) = (known.registered, known.tried);
    // A complaint of inaction is not returned, whoever gets it.
    let is_ruled = complained_of(&case.about_agency, &case.about_manager_agency).is_some();
    let decision = Decision::Refer(vec![request.agency]);
    let placement = Placement { case_id, case, round, tried, decision, at, is_ruled };
    let issued = place(&mut tx, &edition, door.store.clock(), &[placement]).await?;
    tx.commit().await?;
    let referral_id = issued.first().map(ToString::to_string).unwrap_or_default();
    Ok(AssignDeskItemResponse { referral_id })
}
