//! An operator leaves: what is in hand goes back to its place (rule 1).

use contracts::intake::{ReleaseItemsRequest, ReleaseItemsResponse};
use tonic::Status;

use crate::api::desk::Desk;
use crate::api::take_item::read_operator;
use crate::api::unavailable;
use crate::store::work_items;

pub(crate) async fn release_items(
    desk: &Desk,
    request: ReleaseItemsRequest,
) -> Result<ReleaseItemsResponse, Status> {
    let operator = read_operator(&request.operator)?;
    let released = release(desk, operator).await.map_err(unavailable)?;
    Ok(ReleaseItemsResponse { released: u32::try_from(released).unwrap_or(u32::MAX) })
}

async fn release(desk: &Desk, operator: &str) -> anyhow::Result<u64> {
    let mut tx = desk.store.begin().await?;
    let released = work_items::release(tx.connection(), operator).await?;
    tx.commit().await?;
    Ok(released)
}
