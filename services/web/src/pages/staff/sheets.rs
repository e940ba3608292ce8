//! `/staff/sheets`: an agency's open referrals as a spreadsheet, and its answers back.

use askama::Template;
use axum::extract::{Multipart, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use sheets::{Refused, Taken};
use tonic::Status;

use super::frame::{Frame, OF_AGENCIES, away, on_behalf};
use super::upload;
use crate::api::{WhichSheet, handed_in, sheet};
use crate::lang::Lang;
use crate::pages::page;
use crate::session::Staff;
use crate::state::App;

/// Rows that the page names; of the rest it tells the number.
const NAMED: usize = 200;

#[derive(Template)]
#[template(path = "staff_sheets.html")]
struct Sheets {
    lang: Lang,
    frame: Frame,
    agency: String,
    /// What was handed in: none before anything was.
    taken: Option<Shown>,
}

/// What became of a file.
struct Shown {
    recorded: u64,
    /// Rows that were not taken.
    refused: u64,
    /// The first of them.
    named: Vec<Refused>,
}

/// The page before anything is handed in.
pub(super) async fn show(State(app): State<App>, staff: Staff) -> Response {
    shown(&app, staff, StatusCode::OK, Ok(None))
}

/// The sheet as a file.
pub(super) async fn file(State(app): State<App>, staff: Staff, Query(which): Query<WhichSheet>) -> Response {
    if staff.caller.agency.is_empty() {
        return nobody(&app, staff);
    }
    let made = async { sheet(&app, &on_behalf(&app, &staff)?, &staff.caller.agency, &which).await };
    match made.await {
        Ok(file) => file,
        Err(status) => away(&app, staff, OF_AGENCIES, &status),
    }
}

/// Takes a sheet that was filled in.
pub(super) async fn take(State(app): State<App>, staff: Staff, form: Multipart) -> Response {
    let table = match upload::table(&app, &staff, form).await {
        Ok(table) => table,
        Err((status, note)) => return shown(&app, staff, status, Err(note)),
    };
    let taken = async { handed_in(&app, &on_behalf(&app, &staff)?, &staff.caller.agency, table).await };
    match taken.await {
        Ok(Ok(taken)) => shown(&app, staff, StatusCode::OK, Ok(Some(taken))),
        Ok(Err(_)) => {
            let note = "این پرونده برگهٔ ارجاع‌ها نیست یا بیش از ۵٬۰۰۰ ردیف دارد؛ همان را که از این صفحه گرفته‌اید پر کنید.";
            shown(&app, staff, StatusCode::UNPROCESSABLE_ENTITY, Err(note))
        }
        Err(status) => away(&app, staff, OF_AGENCIES, &status),
    }
}

/// The page with what became of a sheet, or with a note.
fn shown(
    app: &App,
    staff: Staff,
    status: StatusCode,
    became: Result<Option<Taken>, &'static str>,
) -> Response {
    if staff.caller.agency.is_empty() {
        return nobody(app, staff);
    }
    let (taken, note) = match became {
        Ok(taken) => (taken, ""),
        Err(note) => (None, note),
    };
    let agency = app.names.agency_fa(&staff.caller.agency);
    let frame = Frame::new(app, staff, OF_AGENCIES, note);
    let taken = taken.map(|Taken { recorded, refused: mut named }| {
        let refused = named.len() as u64;
        named.truncate(NAMED);
        Shown { recorded, refused, named }
    });
    page(status, &Sheets { lang: Lang::Fa, frame, agency, taken })
}

/// What is shown to those whose office is no agency's.
fn nobody(app: &App, staff: Staff) -> Response {
    away(app, staff, OF_AGENCIES, &Status::permission_denied("sheets"))
}
