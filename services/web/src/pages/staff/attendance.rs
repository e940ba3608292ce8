//! `/staff/attendance`: which official attends the centre these days; who came is recorded, and nobody stands in.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chassis::Role;
use contracts::intake::{
    CancelSlotRequest, ListSlotsRequest, ListSlotsResponse, RecordAttendanceRequest, Slot, SlotState,
};
use contracts::timestamp;
use jiff::{SignedDuration, Timestamp};
use tonic::Status;

use super::frame::{Frame, Posted, Said, away, back, on_behalf};
use crate::api::view::moment;
use crate::lang::Lang;
use crate::pages::page;
use crate::session::Staff;
use crate::state::App;

const HERE: &str = "/staff/attendance";
/// How far the page looks back, for what is still to be recorded, and ahead.
const BACK: SignedDuration = SignedDuration::from_hours(48);
const AHEAD: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Slots at once.
const SHOWN: u32 = 200;

#[derive(Template)]
#[template(path = "staff_attendance.html")]
struct Attendance {
    lang: Lang,
    frame: Frame,
    /// Whether the reader records who came.
    records: bool,
    /// Slots of all provinces.
    everywhere: bool,
    figures: Vec<(&'static str, u64)>,
    days: Vec<Day>,
}

struct Day {
    date: String,
    slots: Vec<Row>,
}

struct Row {
    slot: String,
    official: String,
    name: String,
    title: String,
    time: String,
    place: String,
    state: &'static str,
    reason: String,
    contacts: u64,
    /// Nothing is recorded yet, and it has begun.
    may_come: bool,
    /// It lies ahead.
    may_excuse: bool,
}

/// The slots around today.
pub(super) async fn show(State(app): State<App>, staff: Staff, Query(said): Query<Said>) -> Response {
    let now = app.clock.now();
    match slots(&app, &staff, now).await {
        Ok(listed) => {
            let records = matches!(staff.caller.role, Role::Operator | Role::Manager | Role::Ops);
            let everywhere = staff.caller.province.is_empty();
            let frame = Frame::new(&app, staff, HERE, said.note());
            let figures = figures(&listed);
            let days = days(&app, listed.slots, now);
            let attendance = Attendance { lang: Lang::Fa, frame, records, everywhere, figures, days };
            page(StatusCode::OK, &attendance)
        }
        Err(status) => away(&app, staff, HERE, &status),
    }
}

/// The official is there.
pub(super) async fn came(State(app): State<App>, posted: Posted) -> Response {
    let (slot_id, official) = (posted.field("slot"), posted.field("official"));
    let request = RecordAttendanceRequest { slot_id, official, arrived_at: None };
    back(HERE, &app.attendance.clone().record_attendance(posted.on_behalf.ask(request)).await)
}

/// The official will not come.
pub(super) async fn excused(State(app): State<App>, posted: Posted) -> Response {
    let request = CancelSlotRequest { slot_id: posted.field("slot"), reason_fa: posted.field("reason") };
    back(HERE, &app.attendance.clone().cancel_slot(posted.on_behalf.ask(request)).await)
}

async fn slots(app: &App, staff: &Staff, now: Timestamp) -> Result<ListSlotsResponse, Status> {
    let at = |moment: Result<Timestamp, _>| moment.ok().map(timestamp);
    let request = ListSlotsRequest {
        province: staff.caller.province.clone(),
        from: at(now.checked_sub(BACK)),
        until: at(now.checked_add(AHEAD)),
        page_size: SHOWN,
        ..Default::default()
    };
    Ok(app.attendance.clone().list_slots(on_behalf(app, staff)?.ask(request)).await?.into_inner())
}

fn figures(listed: &ListSlotsResponse) -> Vec<(&'static str, u64)> {
    let figures = listed.figures.unwrap_or_default();
    [
        ("اعلام‌شده", figures.announced),
        ("حاضر", figures.kept),
        ("غایب", figures.missed),
        ("بی‌پوشش", figures.uncovered),
        ("تماس", figures.contacts),
    ]
    .map(|(title, count)| (title, u64::from(count)))
    .to_vec()
}

fn days(app: &App, slots: Vec<Slot>, now: Timestamp) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for slot in slots {
        let Some((starts_at, ends_at)) = moment(slot.starts_at).zip(moment(slot.ends_at)) else { continue };
        let date = app.calendar.date(Lang::Fa, starts_at);
        let [from, to] = [starts_at, ends_at].map(|at| app.calendar.time(Lang::Fa, at));
        let row = row(app, slot, format!("{from} تا {to}"), starts_at <= now);
        match days.last_mut().filter(|day| day.date == date) {
            Some(day) => day.slots.push(row),
            None => days.push(Day { date, slots: vec![row] }),
        }
    }
    days
}

fn row(app: &App, slot: Slot, time: String, has_begun: bool) -> Row {
    let announced = slot.state() == SlotState::Announced;
    Row {
        time,
        state: match slot.state() {
            SlotState::Kept => "حاضر شد",
            SlotState::Missed => "نیامد",
            SlotState::Uncovered => "بی‌پوشش",
            SlotState::Cancelled => "لغو شد",
            SlotState::Announced | SlotState::Unspecified => "",
        },
        may_come: announced && has_begun,
        may_excuse: announced && !has_begun,
        place: app.names.place(Lang::Fa, &slot.province, ""),
        contacts: u64::from(slot.contacts),
        slot: slot.slot_id,
        official: slot.official,
        name: slot.name_fa,
        title: slot.title_fa,
        reason: slot.reason_fa,
    }
}
