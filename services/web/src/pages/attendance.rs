//! `/attendance` and `/attendance.ics`: which official attends which centre, and when. Announced days before; nobody
//! stands in.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use contracts::intake::{ListSlotsRequest, Slot, SlotState};
use contracts::timestamp;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::page;
use crate::ical::{self, Event};
use crate::lang::Lang;
use crate::state::App;
use crate::upstream::traced;

/// Slots of a page of intake, and pages: more are not shown at once.
const PAGE: u32 = 500;
const MAX_PAGES: usize = 4;
/// How far the page and the feed look ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(60 * 24);
/// The feed keeps what is over for so long: calendars drop what goes missing.
const BACK: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Programs ask for the feed again and again: five minutes it may be kept on the way.
const FEED_CACHE: &str = "public, max-age=300";

/// Which slots are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    /// Province code; empty: all.
    province: String,
}

#[derive(Template)]
#[template(path = "attendance.html")]
struct Attendance {
    lang: Lang,
    /// Empty: the whole country.
    place: String,
    /// The same page in the other language.
    other_lang: String,
    feed: String,
    days: Vec<Day>,
}

struct Day {
    date: String,
    slots: Vec<Row>,
}

struct Row {
    time: String,
    name: String,
    title: String,
    place: String,
    /// Why it will not be; empty: it will.
    off: Option<String>,
}

/// The page: today's slots and those to come.
pub(crate) async fn show(State(app): State<App>, lang: Lang, Query(which): Query<Which>) -> Response {
    let now = app.clock.now();
    match slots(&app, &which.province, app.calendar.start_of_day(now), ahead(now)).await {
        Ok(slots) => page(StatusCode::OK, &Attendance::new(lang, &which.province, &slots, &app)),
        Err(status) => unavailable(&status),
    }
}

/// The feed that calendars subscribe to.
pub(crate) async fn feed(State(app): State<App>, lang: Lang, Query(which): Query<Which>) -> Response {
    let now = app.clock.now();
    let from = now.saturating_sub(BACK).unwrap_or(now);
    let slots = match slots(&app, &which.province, from, ahead(now)).await {
        Ok(slots) => slots,
        Err(status) => return unavailable(&status),
    };
    let events: Vec<Event> = slots.iter().filter_map(|slot| event(lang, slot, &app)).collect();
    let name = lang.say("حضور مسئولان در مراکز ۱۱۱", "Officials at the 111 centres");
    let headers =
        [(header::CONTENT_TYPE, "text/calendar; charset=utf-8"), (header::CACHE_CONTROL, FEED_CACHE)];
    (headers, ical::calendar(name, &events)).into_response()
}

fn ahead(now: Timestamp) -> Timestamp {
    now.saturating_add(AHEAD).unwrap_or(Timestamp::MAX)
}

fn unavailable(status: &tonic::Status) -> Response {
    tracing::warn!(code = ?status.code(), "the officials' slots cannot be shown");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

async fn slots(
    app: &App,
    province: &str,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Slot>, tonic::Status> {
    let mut request = ListSlotsRequest {
        province: province.to_owned(),
        from: Some(timestamp(from)),
        until: Some(timestamp(until)),
        page_size: PAGE,
        ..Default::default()
    };
    let mut slots = Vec::new();
    for _ in 0..MAX_PAGES {
        let answer = app.attendance.clone().list_slots(traced(request.clone())).await?.into_inner();
        slots.extend(answer.slots);
        request.page_token = answer.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    Ok(slots)
}

/// Why a slot will not be, where it will not.
fn off(slot: &Slot) -> Option<&str> {
    matches!(slot.state(), SlotState::Cancelled | SlotState::Uncovered).then_some(slot.reason_fa.as_str())
}

fn event(lang: Lang, slot: &Slot, app: &App) -> Option<Event> {
    let instant = |at: Option<&_>| contracts::optional_instant(at).ok().flatten();
    let who = format!("{}، {}", slot.name_fa, slot.title_fa);
    Some(Event {
        uid: format!("{}@111.samad", slot.slot_id),
        changed_at: instant(slot.changed_at.as_ref())?,
        starts_at: instant(slot.starts_at.as_ref())?,
        ends_at: instant(slot.ends_at.as_ref())?,
        sequence: slot.sequence,
        cancelled: off(slot).is_some(),
        summary: match lang {
            Lang::Fa => format!("حضور {who} در مرکز ۱۱۱"),
            Lang::En => format!("At the 111 centre: {who}"),
        },
        location: app.names.place(lang, &slot.province, ""),
        description: off(slot).unwrap_or_default().to_owned(),
    })
}

impl Attendance {
    fn new(lang: Lang, province: &str, slots: &[Slot], app: &App) -> Self {
        let instant = |at: Option<&_>| contracts::optional_instant(at).ok().flatten();
        let mut days: Vec<Day> = Vec::new();
        for slot in slots {
            let Some((starts_at, ends_at)) =
                instant(slot.starts_at.as_ref()).zip(instant(slot.ends_at.as_ref()))
            else {
                continue;
            };
            let date = app.calendar.date(lang, starts_at);
            let [from, to] = [starts_at, ends_at].map(|at| app.calendar.time(lang, at));
            let row = Row {
                time: format!("{from} {} {to}", lang.say("تا", "to")),
                name: slot.name_fa.clone(),
                title: slot.title_fa.clone(),
                place: app.names.place(lang, &slot.province, ""),
                off: off(slot).map(str::to_owned),
            };
            match days.last_mut().filter(|day| day.date == date) {
                Some(day) => day.slots.push(row),
                None => days.push(Day { date, slots: vec![row] }),
            }
        }
        let place = app.names.place(lang, province, "");
        // Only a province that there is goes on into the page's links.
        let of = if place.is_empty() { String::new() } else { format!("&province={province}") };
        Attendance {
            lang,
            place,
            other_lang: format!("?lang={}{of}", lang.say("en", "fa")),
            feed: format!("/attendance.ics?lang={}{of}", lang.code()),
            days,
        }
    }
}
