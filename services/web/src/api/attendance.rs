//! `GET /api/v1/attendance`: which official attends which centre, and whether they came.

use axum::extract::{Query, State};
use contracts::intake::{ListSlotsRequest, ListSlotsResponse, Slot, SlotFigures, SlotState};
use contracts::timestamp;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use super::problem::Problem;
use super::view::{Shown, each, moment, shown, some, view, whole, word};
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

view! {
    /// Slots, earliest first, and the figures of the whole span.
    AttendanceView of ListSlotsResponse {
        slots: Vec<SlotView> = each(slots),
        /// Absent on the last page.
        next_page: Option<String> = some(next_page_token),
        #[serde(flatten)]
        figures: SlotFiguresView = whole(figures),
    }
}

view! {
    /// How many slots were announced, and what became of them.
    SlotFiguresView of SlotFigures {
        announced: u32,
        kept: u32,
        missed: u32,
        uncovered: u32,
        cancelled: u32,
        /// Contacts that were taken in these slots.
        contacts: u32,
    }
}

view! {
    /// One official at one centre.
    SlotView of Slot {
        slot_id: String,
        official: String,
        name_fa: String,
        title_fa: String,
        province: String,
        centre: String,
        starts_at: Option<Timestamp> = moment(starts_at),
        ends_at: Option<Timestamp> = moment(ends_at),
        /// announced, kept, missed, uncovered or cancelled.
        state: String = state(state),
        /// Why it was cancelled or is uncovered.
        reason_fa: Option<String> = some(reason_fa),
        contacts: u32,
    }
}

fn state(number: i32) -> String {
    word(SlotState::try_from(number).unwrap_or_default().as_str_name(), "SLOT_STATE_")
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
) -> Result<Shown<AttendanceView>, Problem> {
    let request = ListSlotsRequest {
        province: which.province,
        from: which.from.map(timestamp),
        until: which.until.map(timestamp),
        page_size: PAGE,
        page_token: which.page,
        ..Default::default()
    };
    shown(app.attendance.clone().list_slots(traced(request)).await)
}
