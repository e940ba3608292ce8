//! The cases that wait for the provincial arbiter, oldest first.

use contracts::routing::{Arbitration, ListArbitrationsRequest, ListArbitrationsResponse};
use contracts::timestamp;

use super::matter::Matters;
use super::page::Page;
use super::{Call, Door, Refusal};
use crate::store;

pub(super) async fn list_arbitrations(
    door: &Door,
    request: ListArbitrationsRequest,
    call: &Call,
) -> Result<ListArbitrationsResponse, Refusal> {
    let province = call.caller.sees(&request.province)?;
    let page = Page::read(province, request.page_size, &request.page_token)?;
    let db = door.store.pool();
    let held = store::arbitrations::list_open(db, province, page.after, page.limit).await?;
    let matters = Matters::of(db, held.iter().map(|asked| asked.case_id)).await?;
    let last = held.last().map(|asked| (asked.asked_at, asked.arbitration_id));
    let next_page_token = page.next(last, held.len());
    let arbitrations = held.into_iter().map(|asked| Arbitration {
        arbitration_id: asked.arbitration_id.to_string(),
        case_id: asked.case_id.to_string(),
        round: asked.round,
        province: asked.province,
        county: asked.county,
        topic: asked.topic,
        reason: asked.reason,
        tried: asked.tried,
        asked_at: Some(timestamp(asked.asked_at)),
        matter: matters.of_case(asked.case_id),
    });
    Ok(ListArbitrationsResponse { arbitrations: arbitrations.collect(), next_page_token })
}
