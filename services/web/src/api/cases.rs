//! `GET /api/v1/cases/{tracking_code}`: where a case stands. Neither identity nor statement is in it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use contracts::TrackingCode;
use contracts::intake::get_case_request::Key;
use contracts::intake::{Case, CaseState, GetCaseRequest, Kind};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use crate::state::App;
use crate::upstream::traced;

/// The stages of a case, in their order.
pub(crate) const STAGES: [(CaseState, &str); 4] = [
    (CaseState::Registered, "registered"),
    (CaseState::Referred, "referred"),
    (CaseState::Accepted, "accepted"),
    (CaseState::Answered, "answered"),
];

/// Where a case stands, for whoever has its code.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseView {
    tracking_code: String,
    province: String,
    county: String,
    topic: String,
    /// request, complaint, suggestion, criticism, idea or report.
    kind: String,
    /// The last stage reached.
    state: &'static str,
    stages: Vec<Stage>,
    registered_at: Option<Timestamp>,
    /// The promised date.
    due_at: Option<Timestamp>,
    answered_at: Option<Timestamp>,
    /// Who holds it now; empty before the referral and after the answer.
    holders: Vec<HolderView>,
    /// Absent until every agency has answered.
    answer: Option<String>,
}

/// One stage of a case.
#[derive(Serialize, ToSchema)]
pub(crate) struct Stage {
    /// registered, referred, accepted or answered.
    stage: &'static str,
    reached: bool,
}

/// An agency that must act.
#[derive(Serialize, ToSchema)]
pub(crate) struct HolderView {
    agency: String,
    name_fa: String,
    since: Option<Timestamp>,
}

/// Where the case with this tracking code stands.
#[utoipa::path(
    get,
    path = "/api/v1/cases/{tracking_code}",
    params(("tracking_code" = String, Path, description = "Ten digits: Persian, Arabic or Latin")),
    responses(
        (status = 200, description = "Where it stands", body = CaseView),
        (status = 400, description = "Not a tracking code", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No case has this code", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_case(
    State(app): State<App>,
    Path(tracking_code): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let code: TrackingCode =
        tracking_code.parse().map_err(|error| Problem::bad_request(format!("{error}")))?;
    let case = find(&app, code).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view(case)?)))
}

/// The case with this code, from intake. `NOT_FOUND` when there is none.
pub(crate) async fn find(app: &App, code: TrackingCode) -> Result<Case, tonic::Status> {
    let request = GetCaseRequest { key: Some(Key::TrackingCode(code.to_string())) };
    let found = app.intake.clone().get_case(traced(request)).await?.into_inner();
    found.case.ok_or_else(|| tonic::Status::internal("intake answered no case"))
}

/// How many stages the case has reached, at least its registration.
pub(crate) fn stages_reached(case: &Case) -> usize {
    STAGES.iter().position(|(state, _)| *state == case.state()).unwrap_or(0) + 1
}

fn view(case: Case) -> Result<CaseView, tonic::Status> {
    let instant = |wire: Option<_>| {
        contracts::optional_instant(wire.as_ref())
            .map_err(|_| tonic::Status::internal("a time is out of range"))
    };
    let reached = stages_reached(&case);
    let stages =
        STAGES.iter().enumerate().map(|(place, (_, stage))| Stage { stage, reached: place < reached });
    let holder = |holder: contracts::intake::Holder| {
        let since = instant(holder.since)?;
        Ok(HolderView { agency: holder.agency, name_fa: holder.name_fa, since })
    };
    Ok(CaseView {
        stages: stages.collect(),
        state: STAGES[reached - 1].1,
        kind: kind_word(case.kind()),
        registered_at: instant(case.registered_at)?,
        due_at: instant(case.due_at)?,
        answered_at: instant(case.closed_at)?,
        holders: case.holders.into_iter().map(holder).collect::<Result<_, tonic::Status>>()?,
        answer: (!case.answer.is_empty()).then_some(case.answer),
        tracking_code: case.tracking_code,
        province: case.province,
        county: case.county,
        topic: case.topic,
    })
}

fn kind_word(kind: Kind) -> String {
    kind.as_str_name().trim_start_matches("KIND_").to_ascii_lowercase()
}
