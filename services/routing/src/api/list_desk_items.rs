//! The open items of the desk, oldest first.

use contracts::routing::{DeskItem, ListDeskItemsRequest, ListDeskItemsResponse};
use contracts::{CaseId, timestamp};
use jiff::Timestamp;

use super::{Door, Refusal, page_size};
use crate::store;

pub(super) async fn list_desk_items(
    door: &Door,
    request: ListDeskItemsRequest,
    _: Option<Timestamp>,
) -> Result<ListDeskItemsResponse, Refusal> {
    if request.province.contains('\0') {
        return Err(Refusal::Invalid { field: "province", message: "is no province code" });
    }
    let after = after(&request.page_token)
        .ok_or(Refusal::Invalid { field: "page_token", message: "is not one of ours" })?;
    let size = page_size(request.page_size);
    let held = store::desk::list_open(door.store.pool(), &request.province, after, i64::from(size)).await?;
    let full = held.len() == size as usize;
    let next = held
        .last()
        .filter(|_| full)
        .map(|item| format!("{}.{}", item.opened_at.as_microsecond(), item.case_id));
    let items = held.into_iter().map(|item| DeskItem {
        case_id: item.case_id.to_string(),
        province: item.province,
        topic: item.topic,
        round: item.round,
        reason: item.reason,
        opened_at: Some(timestamp(item.opened_at)),
    });
    Ok(ListDeskItemsResponse { items: items.collect(), next_page_token: next.unwrap_or_default() })
}

/// Where the page before ended: microseconds since 1970, a dot, the case.
fn after(token: &str) -> Option<(Timestamp, CaseId)> {
    if token.is_empty() {
        return Some((Timestamp::UNIX_EPOCH, CaseId(uuid::Uuid::nil())));
    }
    let (at, case) = token.split_once('.')?;
    Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, case.parse().ok()?))
}
