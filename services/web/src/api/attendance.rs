//! `GET /api/v1/attendance`: which official attends which centre, and whether they came.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use contracts::intake::{ListSlotsRequest, Slot};
use contracts::timestamp;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;
use crate::state::App;
use crate::upstream::traced;

/// Slots of an answer, at most.
const PAGE: u32 = 500;

/// Which slots.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Province code; absent: all.
    #[serde(default)]
    province: String,
    /// Slots that begin from here on; absent: now.
    from: Option<Timestamp>,
    /// Slots that begin before; absent: 90 days after `from`, and 400 days at most.
    until: Option<Timestamp>,
    /// `next_page` of the answer before.
    #[serde(default)]
    page: String,
}

/// Slots, earliest first, and the figures of the whole span.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttendanceView {
    slots: Vec<SlotView>,
    /// Absent on the last page.
    next_page: Option<String>,
    announced: u32,
    kept: u32,
    missed: u32,
    uncovered: u32,
    cancelled: u32,
    /// Contacts that were taken in these slots.
    contacts: u32,
}

/// One official at one centre.
#[derive(Serialize, ToSchema)]
pub(crate) struct SlotView {
    slot_id: String,
    official: String,
    name_fa: String,
    title_fa: String,
    province: String,
    centre: String,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    /// announced, kept, missed, uncovered or cancelled.
    state: String,
    /// Why it was cancelled or is uncovered.
    reason_fa: Option<String>,
    contacts: u32,
}

/// When officials attend the centres, and whether they did.
#[utoipa::path(
    get,
    path = "/api/v1/attendance",
    params(Which),
    responses(
        (status = 200, description = "Slots, earliest first", body = AttendanceView),
        (status = 422, description = "A span or a page that cannot be", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_attendance(
    State(app): State<App>,
    Query(which): Query<Which>,
) -> Result<impl IntoResponse, Problem> {
    let request = ListSlotsRequest {
        province: which.province,
        from: which.from.map(timestamp),
        until: which.until.map(timestamp),
        page_size: PAGE,
        page_token: which.page,
        ..Default::default()
    };
    let answer = app.attendance.clone().list_slots(traced(request)).await?.into_inner();
    let figures = answer.figures.unwrap_or_default();
    let view = AttendanceView {
        slots: answer.slots.into_iter().map(view).collect(),
        next_page: Some(answer.next_page_token).filter(|token| !token.is_empty()),
        announced: figures.announced,
        kept: figures.kept,
        missed: figures.missed,
        uncovered: figures.uncovered,
        cancelled: figures.cancelled,
        contacts: figures.contacts,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view)))
}

fn view(slot: Slot) -> SlotView {
    let instant = |at: Option<&_>| contracts::optional_instant(at).ok().flatten();
    SlotView {
        state: slot.state().as_str_name().trim_start_matches("SLOT_STATE_").to_ascii_lowercase(),
        starts_at: instant(slot.starts_at.as_ref()),
        ends_at: instant(slot.ends_at.as_ref()),
        reason_fa: Some(slot.reason_fa).filter(|reason| !reason.is_empty()),
        slot_id: slot.slot_id,
        official: slot.official,
        name_fa: slot.name_fa,
        title_fa: slot.title_fa,
        province: slot.province,
        centre: slot.centre,
        contacts: slot.contacts,
    }
}
