//! `/api/v1/attendance/{slot_id}`: an official came, or will not come; nobody stands in.

use axum::extract::{Path, State};
use contracts::intake::{
    CancelSlotRequest, CancelSlotResponse, RecordAttendanceRequest, RecordAttendanceResponse,
};
use contracts::timestamp;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::NotDecided;
use crate::api::attendance::SlotView;
use crate::api::problem::Problem;
use crate::api::sent::Sent;
use crate::api::view::{Shown, shown, view, whole};
use crate::state::App;
use crate::upstream::OnBehalf;

/// Who came.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arrival {
    /// Code of the official; anybody but the slot's own is refused.
    official: String,
    /// Absent: now.
    arrived_at: Option<Timestamp>,
}

/// Why the official will not come.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Excuse {
    /// What citizens are told.
    #[schema(min_length = 5, max_length = 300)]
    reason_fa: String,
}

view! {
    /// The slot as it now is.
    KeptSlot of RecordAttendanceResponse {
        slot: SlotView = whole(slot),
    }
}

view! {
    /// The slot as it now is.
    CancelledSlot of CancelSlotResponse {
        slot: SlotView = whole(slot),
    }
}

/// The official of a slot is there. Repeated, it answers the first result.
#[utoipa::path(
    post,
    path = "/api/v1/attendance/{slot_id}/arrival",
    params(("slot_id" = String, Path)),
    request_body = Arrival,
    responses((status = 200, description = "Kept", body = KeptSlot), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn record_attendance(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(slot_id): Path<String>,
    Sent(Arrival { official, arrived_at }): Sent<Arrival>,
) -> Result<Shown<KeptSlot>, Problem> {
    let request = RecordAttendanceRequest { slot_id, official, arrived_at: arrived_at.map(timestamp) };
    shown(app.attendance.clone().record_attendance(on_behalf.ask(request)).await)
}

/// The official of an announced slot will not come: it stays uncovered.
#[utoipa::path(
    post,
    path = "/api/v1/attendance/{slot_id}/cancellation",
    params(("slot_id" = String, Path)),
    request_body = Excuse,
    responses((status = 200, description = "Uncovered", body = CancelledSlot), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn cancel_slot(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(slot_id): Path<String>,
    Sent(Excuse { reason_fa }): Sent<Excuse>,
) -> Result<Shown<CancelledSlot>, Problem> {
    let request = CancelSlotRequest { slot_id, reason_fa };
    shown(app.attendance.clone().cancel_slot(on_behalf.ask(request)).await)
}
