//! The official of a slot will not come: it stays uncovered, for nobody stands in.

use chassis::Caller;
use contracts::intake::{CancelSlotRequest, CancelSlotResponse};
use jiff::Timestamp;
use tonic::Status;

use crate::api::attendance::{present, read_slot_id};
use crate::api::desk::Desk;
use crate::api::{bad_field, bad_request, unavailable};
use crate::domain::attendance::excuse;
use crate::store::slots;
use crate::sweep::announce_slots::state;

/// Characters of a reason.
const REASON: std::ops::RangeInclusive<usize> = 5..=300;

pub(crate) async fn cancel_slot(
    desk: &Desk,
    request: CancelSlotRequest,
    caller: &Caller,
    now: Timestamp,
) -> Result<CancelSlotResponse, Status> {
    let slot_id = read_slot_id(&request.slot_id)?;
    let reason_fa = request.reason_fa.trim();
    if !REASON.contains(&reason_fa.chars().count()) || reason_fa.chars().any(char::is_control) {
        return Err(bad_field("reason_fa", "must have 5 to 300 characters"));
    }
    let mut tx = desk.store.begin().await.map_err(unavailable)?;
    let slot = slots::locked(tx.connection(), slot_id).await.map_err(unavailable)?;
    let slot = slot.ok_or_else(|| Status::not_found("there is no such slot"))?;
    caller.for_province(&slot.planned.province)?;
    let uncovered = excuse(&slot, reason_fa, now).map_err(|fault| bad_request(&[fault]))?;
    let Some(uncovered) = uncovered else {
        return Ok(CancelSlotResponse { slot: Some(present(&slot, 0)) });
    };
    slots::save(tx.connection(), std::slice::from_ref(&uncovered)).await.map_err(unavailable)?;
    state(&mut tx, &uncovered);
    tx.commit().await.map_err(unavailable)?;
    Ok(CancelSlotResponse { slot: Some(present(&uncovered, 0)) })
}
