//! The door of the officials' attendance.

use contracts::intake::attendance_service_server::AttendanceService;
use contracts::intake::{
    CancelSlotRequest, CancelSlotResponse, ImportAttendanceRequest, ImportAttendanceResponse,
    ListSlotsRequest, ListSlotsResponse, RecordAttendanceRequest, RecordAttendanceResponse, Slot as Wire,
};
use contracts::timestamp;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::api::desk::{Desk, done};
use crate::api::{bad_field, cancel_slot, import_attendance, list_slots, moment, record_attendance};
use crate::domain::attendance::Slot;

#[tonic::async_trait]
impl AttendanceService for Desk {
    #[tracing::instrument(skip_all)]
    async fn import_attendance(
        &self,
        request: Request<ImportAttendanceRequest>,
    ) -> Result<Response<ImportAttendanceResponse>, Status> {
        done!(self, request, import_attendance::import_attendance)
    }

    #[tracing::instrument(skip_all)]
    async fn list_slots(
        &self,
        request: Request<ListSlotsRequest>,
    ) -> Result<Response<ListSlotsResponse>, Status> {
        done!(self, request, list_slots::list_slots)
    }

    #[tracing::instrument(skip_all)]
    async fn record_attendance(
        &self,
        request: Request<RecordAttendanceRequest>,
    ) -> Result<Response<RecordAttendanceResponse>, Status> {
        done!(self, request, record_attendance::record_attendance, by)
    }

    #[tracing::instrument(skip_all)]
    async fn cancel_slot(
        &self,
        request: Request<CancelSlotRequest>,
    ) -> Result<Response<CancelSlotResponse>, Status> {
        done!(self, request, cancel_slot::cancel_slot, by)
    }
}

/// The id of a slot.
pub(crate) fn read_slot_id(id: &str) -> Result<Uuid, Status> {
    Uuid::try_parse(id).map_err(|_| bad_field("slot_id", "must be a UUID"))
}

/// A slot as callers see it.
pub(crate) fn present(slot: &Slot, contacts: i64) -> Wire {
    let planned = &slot.planned;
    Wire {
        slot_id: slot.slot_id.to_string(),
        pattern: planned.pattern.clone(),
        official: planned.official.code.clone(),
        name_fa: planned.official.name_fa.clone(),
        title_fa: planned.official.title_fa.clone(),
        province: planned.province.clone(),
        centre: planned.centre.clone(),
        starts_at: Some(timestamp(planned.starts_at)),
        ends_at: Some(timestamp(planned.ends_at)),
        state: slot.state as i32,
        sequence: slot.sequence,
        announced_at: Some(timestamp(slot.announced_at)),
        changed_at: Some(timestamp(slot.changed_at)),
        reason_fa: slot.reason_fa.clone(),
        arrived_at: slot.arrived_at.map(timestamp),
        contacts: u32::try_from(contacts).unwrap_or(u32::MAX),
    }
}
