//! What waits for an agency's action, for one without an adapter.

use contracts::routing::{ListOpenReferralsRequest, ListOpenReferralsResponse};

use super::page::Page;
use super::{Call, Door, Refusal};
use crate::place::issued;
use crate::store;

pub(super) async fn list_open_referrals(
    door: &Door,
    request: ListOpenReferralsRequest,
    call: &Call,
) -> Result<ListOpenReferralsResponse, Refusal> {
    call.caller.for_agency(&request.agency)?;
    let page = Page::read("", request.page_size, &request.page_token)?;
    let mut connection = door.store.pool().acquire().await?;
    let edition = door.catalogues.current(&mut connection).await?;
    drop(connection);
    if !edition.catalogue.agencies.contains_key(&request.agency) {
        return Err(Refusal::NotFound("there is no agency with this code"));
    }
    let db = door.store.pool();
    let waiting = store::referrals::waiting(db, &request.agency, page.after, page.limit).await?;
    let cases = store::cases::registered(db, waiting.iter().map(|(referral, _)| referral.case_id)).await?;
    let last = waiting.last().map(|(referral, at)| (*at, referral.referral_id.0));
    let next_page_token = page.next(last, waiting.len());
    let referrals = waiting.iter().filter_map(|(referral, at)| {
        cases.get(&referral.case_id).map(|case| issued(case, referral, *at, &edition))
    });
    Ok(ListOpenReferralsResponse { referrals: referrals.collect(), next_page_token })
}
