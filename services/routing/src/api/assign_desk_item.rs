//! A person decides a case that no rule did.

use contracts::ReferralId;
use contracts::routing::{AssignDeskItemRequest, AssignDeskItemResponse};
use jiff::Timestamp;

use super::{Door, Refusal, case_id};
use crate::domain::confidential::may_get;
use crate::place::{Placement, place};
use crate::store;
use crate::store::desk::Latest;

pub(super) async fn assign_desk_item(
    door: &Door,
    request: AssignDeskItemRequest,
    said: Option<Timestamp>,
) -> Result<AssignDeskItemResponse, Refusal> {
    let case_id = case_id(&request.case_id)?;
    let at = door.moment(said);
    let mut tx = door.store.begin().await?;
    let edition = door.catalogues.current(tx.connection()).await?;
    if !edition.catalogue.agencies.contains_key(&request.agency) {
        return Err(Refusal::Invalid { field: "agency", message: "is no agency" });
    }
    let round = match store::desk::lock_latest(tx.connection(), case_id).await? {
        Latest::Nothing => return Err(Refusal::NotFound("the desk never had this case")),
        Latest::Decided => return Err(Refusal::Decided("this case was decided already")),
        Latest::Open(round) => round,
    };
    let case = store::cases::load(tx.connection(), &[case_id]).await?.pop();
    let (_, known) = case.ok_or(Refusal::NotFound("no such case"))?;
    if !may_get(&request.agency, &known.registered.about_manager_agency) {
        return Err(Refusal::Decided("the case is about this agency's manager: give it to another (rule 9)"));
    }
    store::desk::assign(tx.connection(), case_id, round, at).await?;
    let referral_id = ReferralId(door.store.clock().new_id());
    let case = known.registered;
    let placement = Placement { case_id, case, round, decision: Ok(request.agency), at, referral_id };
    place(&mut tx, &edition, &[placement]).await?;
    tx.commit().await?;
    Ok(AssignDeskItemResponse { referral_id: referral_id.to_string() })
}
