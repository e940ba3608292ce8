//! `/staff/sheets`: an agency's open referrals as a spreadsheet, and its answers back.

use askama::Template;
use axum::body::Bytes;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use sheets::{Kind, Refused, Taken};
use tonic::Status;

use super::frame::{Frame, OF_AGENCIES, away, on_behalf};
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

/// What was sent with the form.
#[derive(Default)]
struct Upload {
    form: String,
    name: String,
    bytes: Bytes,
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
    let upload = match upload(form).await {
        Ok(upload) => upload,
        Err(error) => {
            return shown(&app, staff, error.status(), Err("این پرونده خوانده نشد یا بیش از ۴ مگابایت است."));
        }
    };
    if !app.sessions.is_form_of(&staff.caller, &upload.form) {
        return shown(&app, staff, StatusCode::FORBIDDEN, Err("این فرم کهنه است؛ دوباره تلاش کنید."));
    }
    let Some(kind) = Kind::of(&upload.name) else {
        let note = "پروندهٔ ‎.xlsx یا ‎.csv بفرستید، همان که از این صفحه گرفته‌اید.";
        return shown(&app, staff, StatusCode::UNPROCESSABLE_ENTITY, Err(note));
    };
    let taken = async {
        handed_in(&app, &on_behalf(&app, &staff)?, &staff.caller.agency, (kind, upload.bytes)).await
    };
    match taken.await {
        Ok(Ok(taken)) => shown(&app, staff, StatusCode::OK, Ok(Some(taken))),
        Ok(Err(_)) => {
            let note = "این پرونده برگهٔ ارجاع‌ها نیست یا بیش از ۵٬۰۰۰ ردیف دارد؛ همان را که از این صفحه گرفته‌اید پر کنید.";
            shown(&app, staff, StatusCode::UNPROCESSABLE_ENTITY, Err(note))
        }
        Err(status) => away(&app, staff, OF_AGENCIES, &status),
    }
}

async fn upload(mut form: Multipart) -> Result<Upload, MultipartError> {
    let mut upload = Upload::default();
    while let Some(field) = form.next_field().await? {
        match field.name() {
            Some("form") => upload.form = field.text().await?,
            Some("file") => {
                upload.name = field.file_name().unwrap_or_default().to_owned();
                upload.bytes = field.bytes().await?;
            }
            _ => {}
        }
    }
    Ok(upload)
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
