//! `/staff/recordings`: a call found by its id, and heard. Why is asked first, and kept with each playing (rule 2).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use contracts::intake::{Call, GetCallHistoryRequest};
use tonic::Status;

use super::frame::{Frame, Posted, Said, away, on_behalf, said};
use crate::api::sound;
use crate::api::view::moment;
use crate::lang::Lang;
use crate::pages::page;
use crate::session::Staff;
use crate::state::App;

const HERE: &str = "/staff/recordings";
/// Shortest and longest reason, in characters: what intake takes.
const REASON: std::ops::RangeInclusive<usize> = 5..=500;

#[derive(Template)]
#[template(path = "staff_recordings.html")]
struct Recordings {
    lang: Lang,
    frame: Frame,
    call: String,
    reason: String,
    /// Provinces to choose from, of whoever sees them all; the chosen one.
    provinces: Vec<(String, String)>,
    province: String,
    calls: Vec<Row>,
}

struct Row {
    call: String,
    when: String,
    cut: bool,
    contacts: u64,
    recording: String,
}

/// The form.
pub(super) async fn show(State(app): State<App>, staff: Staff, Query(said): Query<Said>) -> Response {
    shown(&app, staff, said.note(), Found::default())
}

#[derive(Default)]
struct Found {
    call: String,
    reason: String,
    province: String,
    calls: Vec<Call>,
}

/// The calls that belong together with the one that was named, for as long as the browser keeps why.
pub(super) async fn find(State(app): State<App>, posted: Posted) -> Response {
    let mut found = Found {
        call: posted.field("call"),
        reason: posted.field("reason"),
        province: posted.field("province"),
        calls: Vec::new(),
    };
    let kept = if REASON.contains(&found.reason.chars().count()) {
        let kept = app.sessions.keep_reason(&posted.staff.caller, &found.reason);
        kept.map_err(|_| Status::internal("the reason cannot be kept"))
    } else {
        Err(Status::invalid_argument("reason"))
    };
    let calls = match kept {
        Ok(cookie) => calls(&app, &posted, &found).await.map(|calls| (cookie, calls)),
        Err(status) => Err(status),
    };
    match calls {
        Ok((cookie, calls)) => {
            found.calls = calls;
            ([(header::SET_COOKIE, cookie)], shown(&app, posted.staff, "", found)).into_response()
        }
        Err(status) => {
            let note = said(&Err::<(), _>(status)).note();
            shown(&app, posted.staff, note, found)
        }
    }
}

/// The sound of a call, for the reason that was given.
pub(super) async fn play(
    State(app): State<App>,
    staff: Staff,
    Path(recording): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(reason) = app.sessions.reason(&staff.caller, &headers) else {
        return away(&app, staff, HERE, &Status::invalid_argument("reason"));
    };
    match on_behalf(&app, &staff) {
        Ok(on_behalf) => sound(&app, &on_behalf, recording, reason, &headers).await.into_response(),
        Err(status) => away(&app, staff, HERE, &status),
    }
}

async fn calls(app: &App, posted: &Posted, found: &Found) -> Result<Vec<Call>, Status> {
    let request = GetCallHistoryRequest { call_id: found.call.clone(), province: found.province.clone() };
    Ok(app.recordings.clone().get_call_history(posted.on_behalf.ask(request)).await?.into_inner().calls)
}

fn shown(app: &App, staff: Staff, note: &'static str, found: Found) -> Response {
    let Found { call, reason, province, calls } = found;
    let everywhere = staff.caller.province.is_empty();
    let provinces = if everywhere { app.names.provinces() } else { Vec::new() };
    let calls = calls.into_iter().map(|call| row(app, call)).collect();
    let frame = Frame::new(app, staff, HERE, note);
    let recordings = Recordings { lang: Lang::Fa, frame, call, reason, provinces, province, calls };
    page(StatusCode::OK, &recordings)
}

fn row(app: &App, call: Call) -> Row {
    let started = moment(call.started_at).map(|at| app.calendar.moment(Lang::Fa, at)).unwrap_or_default();
    let ended = moment(call.ended_at).map(|at| app.calendar.time(Lang::Fa, at)).unwrap_or_default();
    Row {
        when: format!("{started} تا {ended}"),
        cut: call.cut,
        contacts: call.contact_ids.len() as u64,
        call: call.call_id,
        recording: call.recording_id,
    }
}
