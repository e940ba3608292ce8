//! `GET /api/v1/cases/{tracking_code}`: where a case stands. Neither identity nor statement is in it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use contracts::intake::get_case_request::Key;
use contracts::intake::{Case, CaseState, FeedbackVerdict, GetCaseRequest, Kind};
use contracts::{TrackingCode, TrackingCodeError};
use jiff::Timestamp;
use serde::Serialize;
use tonic::Code;
use utoipa::ToSchema;

use super::problem::Problem;
use crate::lang::Lang;
use crate::limits::{Client, TooMany};
use crate::names::Names;
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
    /// The topic and what is above it; absent while the catalogue has no such code.
    topic_fa: Option<String>,
    /// County and province in Persian; absent where neither has a name.
    place_fa: Option<String>,
    /// request, complaint, suggestion, criticism, idea or report.
    kind: String,
    /// The last stage reached, or withdrawn, or reopened until an agency has it again.
    state: &'static str,
    stages: Vec<Stage>,
    registered_at: Option<Timestamp>,
    /// The promised date.
    due_at: Option<Timestamp>,
    /// When it was answered, or withdrawn.
    answered_at: Option<Timestamp>,
    /// Who holds it now; empty before the referral and after the answer.
    holders: Vec<HolderView>,
    /// Absent until every agency has answered.
    answer: Option<String>,
    /// How often the case was reopened because its answer did not solve the matter.
    reopenings: u32,
    /// solved or not_solved, as the citizen said of the latest answer; absent while nothing is said.
    feedback: Option<&'static str>,
    /// Until when that is asked; absent where no end is set or nothing is asked.
    feedback_until: Option<Timestamp>,
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
    params((
        "tracking_code" = String, Path, pattern = "^[0-9]{10}$", example = "1234567897",
        description = "Ten digits, of which the last checks the others; Persian and Arabic digits are taken, too",
    )),
    responses(
        (status = 200, description = "Where it stands", body = CaseView),
        (status = 400, description = "Not ten digits", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No case has this code, or its check digit is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests, or too many codes that name no case: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_case(
    State(app): State<App>,
    client: Client,
    Path(tracking_code): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let case = find(&app, client, read_code(&tracking_code)?).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view(case, &app.names)?)))
}

/// The tracking code in a path.
pub(crate) fn read_code(typed: &str) -> Result<TrackingCode, Problem> {
    typed.parse().map_err(|error| match error {
        TrackingCodeError::Length => {
            Problem::bad_request("A tracking code has ten digits: send all of them.")
        }
        TrackingCodeError::Check => Problem::not_found(
            "No case can have this code: one digit is wrong or two are swapped. Read it again.",
        ),
    })
}

/// Why a case is not shown.
pub(crate) enum NotFound {
    /// The client has asked too often.
    TooMany(TooMany),
    /// What intake said; `NOT_FOUND` when no case has the code.
    Refused(tonic::Status),
}

/// The case with this code, from intake, within what the client may ask.
pub(crate) async fn find(app: &App, client: Client, code: TrackingCode) -> Result<Case, NotFound> {
    app.limits.look_up(client.0).map_err(NotFound::TooMany)?;
    let request = GetCaseRequest { key: Some(Key::TrackingCode(code.to_string())) };
    let found = app.intake.clone().get_case(traced(request)).await.inspect_err(|status| {
        if status.code() == Code::NotFound {
            app.limits.miss(client.0);
        }
    });
    let case = found.map_err(NotFound::Refused)?.into_inner().case;
    case.ok_or_else(|| NotFound::Refused(tonic::Status::internal("intake answered no case")))
}

impl From<NotFound> for Problem {
    fn from(why: NotFound) -> Self {
        match why {
            NotFound::TooMany(limit) => limit.into(),
            NotFound::Refused(status) if status.code() == Code::NotFound => Problem::not_found(
                "No case has this tracking code. Read the ten digits again from the message the citizen was sent.",
            ),
            NotFound::Refused(status) => status.into(),
        }
    }
}

/// How many stages the case has reached, at least its registration.
pub(crate) fn stages_reached(case: &Case) -> usize {
    STAGES.iter().position(|(state, _)| *state == case.state()).unwrap_or(0) + 1
}

fn view(case: Case, names: &Names) -> Result<CaseView, tonic::Status> {
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
        state: match case.state() {
            CaseState::Withdrawn => "withdrawn",
            CaseState::Reopened => "reopened",
            _ => STAGES[reached - 1].1,
        },
        reopenings: case.reopenings,
        feedback: match case.feedback() {
            FeedbackVerdict::Solved => Some("solved"),
            FeedbackVerdict::NotSolved => Some("not_solved"),
            FeedbackVerdict::Unspecified => None,
        },
        feedback_until: instant(case.feedback_until)?,
        kind: kind_word(case.kind()),
        registered_at: instant(case.registered_at)?,
        due_at: instant(case.due_at)?,
        answered_at: instant(case.closed_at)?,
        holders: case.holders.into_iter().map(holder).collect::<Result<_, tonic::Status>>()?,
        answer: (!case.answer.is_empty()).then_some(case.answer),
        topic_fa: Some(names.topic(Lang::Fa, &case.topic)).filter(|name| !name.is_empty()),
        place_fa: Some(names.place(Lang::Fa, &case.province, &case.county)).filter(|name| !name.is_empty()),
        tracking_code: case.tracking_code,
        province: case.province,
        county: case.county,
        topic: case.topic,
    })
}

fn kind_word(kind: Kind) -> String {
    kind.as_str_name().trim_start_matches("KIND_").to_ascii_lowercase()
}
