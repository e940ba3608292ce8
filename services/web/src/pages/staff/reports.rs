//! `/staff/reports`: the latest months' and quarters' reports, to be read or signed (rule 10).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use tonic::Status;

use super::frame::{ACCOUNT, Frame, away, on_behalf};
use crate::api::{WhichReport, built};
use crate::lang::Lang;
use crate::pages::page;
use crate::session::Staff;
use crate::state::App;

const HERE: &str = "/staff/reports";
/// Months and quarters that are offered, without the current ones.
const MONTHS: usize = 6;
const QUARTERS: usize = 2;

#[derive(Template)]
#[template(path = "staff_reports.html")]
struct Reports {
    lang: Lang,
    frame: Frame,
    /// Codes and names, the latest first.
    periods: Vec<(String, String)>,
}

/// What there is.
pub(super) async fn show(State(app): State<App>, staff: Staff) -> Response {
    if !ACCOUNT.contains(&staff.caller.role) {
        return away(&app, staff, HERE, &Status::permission_denied("reports"));
    }
    let today = app.calendar.day(app.clock.now());
    let months = std::iter::successors(today.month().previous(), |month| month.previous()).take(MONTHS);
    let quarters =
        std::iter::successors(today.quarter().previous(), |quarter| quarter.previous()).take(QUARTERS);
    let months = months.map(|month| (code(&month), month.fa()));
    let periods = months.chain(quarters.map(|quarter| (code(&quarter), quarter.fa()))).collect();
    let frame = Frame::new(&app, staff, HERE, "");
    page(StatusCode::OK, &Reports { lang: Lang::Fa, frame, periods })
}

/// `1404-07` or `1404-q3`: as audit reads it, and without a slash.
fn code(period: &impl ToString) -> String {
    period.to_string().replace('/', "-").to_ascii_lowercase()
}

/// One of them, as a file.
pub(super) async fn one(
    State(app): State<App>,
    staff: Staff,
    Path(period): Path<String>,
    Query(which): Query<WhichReport>,
) -> Response {
    let made = async { built(&app, &on_behalf(&app, &staff)?, period, which).await };
    match made.await {
        Ok(file) => file,
        Err(status) => away(&app, staff, HERE, &status),
    }
}
