//! `/staff/evaluation/points`: points that came off for inaction, what managers say to that, and what is ruled (rule 6).

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chassis::Role;
use contracts::audit::{
    Deduction, FileRebuttalRequest, ListDeductionsRequest, ListDeductionsResponse, RestoreReason,
    RuleRebuttalRequest, Ruling,
};
use tonic::Status;

use super::deadlines::Below;
use super::evaluation;
use super::frame::{Frame, Posted, Said, away, back, on_behalf};
use crate::api::view::moment;
use crate::lang::Lang;
use crate::pages::page;
use crate::session::Staff;
use crate::state::App;

const HERE: &str = "/staff/evaluation/points";
/// Deductions of a page.
const ROWS: u32 = 100;

#[derive(Template)]
#[template(path = "staff_points.html")]
struct Points {
    lang: Lang,
    frame: Frame,
    /// Whether whoever reads rules on rebuttals: the national body.
    rules: bool,
    rows: Vec<Row>,
    /// The next page of them; empty: this is the last.
    next: String,
    /// Breaches of a day on which nobody is known to have held the office.
    without_manager: u64,
}

struct Row {
    id: String,
    points: u64,
    manager: String,
    agency: String,
    day: String,
    /// So many facts in the ledger prove it.
    facts: u64,
    /// Empty: the points are off.
    restored: &'static str,
    rebuttal: Option<Word>,
    ruling: Option<Word>,
}

/// What somebody said.
struct Word {
    by: String,
    text: String,
    on: String,
}

/// What came off in the province of whoever reads; to the national body, everywhere.
pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(Below { page: below }): Query<Below>,
    Query(said): Query<Said>,
) -> Response {
    match listed(&app, &staff, below).await {
        Ok(ListDeductionsResponse { deductions, without_manager, next_page_token: next }) => {
            let points = Points {
                lang: Lang::Fa,
                rules: [Role::Monitor, Role::Ops].contains(&staff.caller.role),
                frame: Frame::new(&app, staff, evaluation::HERE, said.note()),
                rows: deductions.into_iter().map(|deduction| row(&app, deduction)).collect(),
                next,
                without_manager,
            };
            page(StatusCode::OK, &points)
        }
        Err(status) => away(&app, staff, evaluation::HERE, &status),
    }
}

/// A manager's side of it.
pub(super) async fn rebut(State(app): State<App>, posted: Posted) -> Response {
    let (deduction_id, text) = (posted.field("deduction"), posted.field("text"));
    let request = FileRebuttalRequest { deduction_id, text, ..Default::default() };
    back(HERE, &app.evaluation.clone().file_rebuttal(posted.on_behalf.ask(request)).await)
}

/// The national body's word on it.
pub(super) async fn rule(State(app): State<App>, posted: Posted) -> Response {
    let ruling = match posted.field("ruling").as_str() {
        "upheld" => Ruling::Upheld,
        "reversed" => Ruling::Reversed,
        _ => Ruling::Unspecified,
    };
    let (deduction_id, reason) = (posted.field("deduction"), posted.field("reason"));
    let request = RuleRebuttalRequest { deduction_id, ruling: ruling.into(), reason, ..Default::default() };
    back(HERE, &app.evaluation.clone().rule_rebuttal(posted.on_behalf.ask(request)).await)
}

async fn listed(app: &App, staff: &Staff, below: String) -> Result<ListDeductionsResponse, Status> {
    let request = ListDeductionsRequest { page_size: ROWS, page_token: below, ..Default::default() };
    Ok(app.evaluation.clone().list_deductions(on_behalf(app, staff)?.ask(request)).await?.into_inner())
}

fn row(app: &App, deduction: Deduction) -> Row {
    let Deduction { deducted, restored, rebuttal, ruled } = deduction;
    let deducted = deducted.unwrap_or_default();
    let date = |at| moment(at).map(|at| app.calendar.date(Lang::Fa, at)).unwrap_or_default();
    let word = |by, text, at| Word { by, text, on: date(at) };
    Row {
        points: u64::from(deducted.points),
        agency: app.names.agency_fa(&deducted.agency),
        day: deducted.breach_day.parse().map(|day| jalali::Date::of(day).fa()).unwrap_or_default(),
        facts: u64::try_from(deducted.evidence.len()).unwrap_or_default(),
        manager: deducted.manager,
        id: deducted.deduction_id,
        restored: match restored.map(|restored| restored.reason()) {
            None => "",
            Some(RestoreReason::RebuttalAccepted) => "با پذیرش پاسخ مدیر بازگشت",
            Some(_) => "بازگشت: اقدام در مهلت بوده است",
        },
        rebuttal: rebuttal.map(|said| word(said.filed_by, said.text, said.filed_at)),
        ruling: ruled.map(|ruled| {
            let upheld = ruled.ruling() == Ruling::Upheld;
            let text =
                format!("{}: {}", if upheld { "کسر امتیاز ماند" } else { "کسر امتیاز برگشت" }, ruled.reason);
            word(ruled.ruled_by, text, ruled.ruled_at)
        }),
    }
}
