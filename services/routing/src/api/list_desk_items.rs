//! The open items of the desk, oldest first.

use contracts::routing::{DeskItem, ListDeskItemsRequest, ListDeskItemsResponse};
use contracts::{CaseId, timestamp};

use super::matter::Matters;
use super::page::Page;
use super::{Call, Door, Refusal};
use crate::store;

pub(super) async fn list_desk_items(
    door: &Door,
    request: ListDeskItemsRequest,
    call: &Call,
) -> Result<ListDeskItemsResponse, Refusal> {
    let province = call.caller.sees(&request.province)?;
    let page = Page::read(province, request.page_size, &request.page_token)?;
    let (at, case) = page.after;
    let after = (at, CaseId(case));
    let held = store::desk::list_open(door.store.pool(), province, after, page.limit).await?;
    let matters = Matters::of(door.store.pool(), held.iter().map(|item| item.case_id)).await?;
    let next_page_token = page.next(held.last().map(|item| (item.opened_at, item.case_id.0)), held.len());
    let items = held.into_iter().map(|item| DeskItem {
        case_id: item.case_id.to_string(),
        province: item.province,
        topic: item.topic,
        round: item.round,
        reason: item.reason,
        opened_at: Some(timestamp(item.opened_at)),
        matter: matters.of_case(item.case_id),
    });
    Ok(ListDeskItemsResponse { items: items.collect(), next_page_token })
}
