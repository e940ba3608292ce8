//! The official of a slot is there; nobody stands in.

use chassis::Caller;
use contracts::intake::{AttendanceRecorded, RecordAttendanceRequest, RecordAttendanceResponse};
use contracts::{optional_instant, timestamp};
use jiff::Timestamp;
use tonic::Status;

use crate::api::attendance::{present, read_slot_id};
use crate::api::desk::Desk;
use crate::api::{bad_field, bad_request, unavailable};
use crate::domain::attendance::attend;
use crate::store::slots;

pub(crate) async fn record_attendance(
    desk: &Desk,
    request: RecordAttendanceRequest,
    caller: &Caller,
    now: Timestamp,
) -> Result<RecordAttendanceResponse, Status> {
    let slot_id = read_slot_id(&request.slot_id)?;
    let arrived_at =
        optional_instant(request.arrived_at.as_ref()).map_err(|error| bad_field("arrived_at", error))?;
    let mut tx = desk.store.begin().await.map_err(unavailable)?;
    let slot = slots::locked(tx.connection(), slot_id).await.map_err(unavailable)?;
    let slot = slot.ok_or_else(|| Status::not_found("there is no such slot"))?;
    caller.for_province(&slot.planned.province)?;
    let kept = attend(&slot, request.official.trim(), arrived_at.unwrap_or(now), now);
    let Some(kept) = kept.map_err(|fault| bad_request(&[fault]))? else {
        return Ok(RecordAttendanceResponse { slot: Some(present(&slot, 0)) });
    };
    slots::save(tx.connection(), std::slice::from_ref(&kept)).await.map_err(unavailable)?;
    let recorded = AttendanceRecorded {
        slot_id: kept.slot_id.to_string(),
        official: kept.planned.official.code.clone(),
        province: kept.planned.province.clone(),
        centre: kept.planned.centre.clone(),
        arrived_at: kept.arrived_at.map(timestamp),
        recorded_at: Some(timestamp(now)),
    };
    tx.emit(now, &recorded);
    tx.commit().await.map_err(unavailable)?;
    Ok(RecordAttendanceResponse { slot: Some(present(&kept, 0)) })
}
