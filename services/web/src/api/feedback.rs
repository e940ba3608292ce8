//! `POST /api/v1/cases/{tracking_code}/feedback`: whether an answer solved the matter (rule 8).

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use contracts::TrackingCode;
use contracts::intake::{FeedbackOutcome, FeedbackVerdict, GiveFeedbackRequest, GiveFeedbackResponse};
use serde::{Deserialize, Serialize};
use tonic::Code;
use utoipa::ToSchema;

use super::cases::{NotFound, read_code};
use super::problem::Problem;
use super::sent::Sent;
use crate::limits::Client;
use crate::state::App;
use crate::upstream::traced;

/// What the citizen says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewFeedback {
    /// solved or not_solved.
    #[schema(pattern = "^(solved|not_solved)$", example = "not_solved")]
    verdict: String,
    /// The citizen's words for whoever must act again.
    #[serde(default)]
    #[schema(max_length = 4000)]
    text: String,
    /// Which answer it is about, from 1; 0 or absent: the latest.
    #[serde(default)]
    answer: u32,
}

/// What follows.
#[derive(Serialize, ToSchema)]
pub(crate) struct FeedbackView {
    /// kept; reopened at the agencies that answered; with the province's arbiter; or a complaint of inaction.
    #[schema(pattern = "^(kept|reopened|arbiter|complaint)$", example = "reopened")]
    outcome: &'static str,
    /// With complaint: the tracking codes of the complaints.
    complaints: Vec<String>,
}

/// Says whether the answer to the case with this tracking code solved the matter. Repeated in the same words, it answers
/// the first result again.
#[utoipa::path(
    post,
    path = "/api/v1/cases/{tracking_code}/feedback",
    params((
        "tracking_code" = String, Path, pattern = "^[0-9]{10}$", example = "1234567897",
        description = "Ten digits, of which the last checks the others; Persian and Arabic digits are taken, too",
    )),
    request_body = NewFeedback,
    responses(
        (status = 200, description = "Heard", body = FeedbackView),
        (status = 400, description = "Not ten digits", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No case has this code, or its check digit is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not answered yet, said otherwise before, or the time for saying so is over", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Fields that cannot be taken", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests, or too many codes that name no case: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn give_feedback(
    State(app): State<App>,
    client: Client,
    Path(tracking_code): Path<String>,
    Sent(said): Sent<NewFeedback>,
) -> Result<impl IntoResponse, Problem> {
    let code = read_code(&tracking_code)?;
    let verdict =
        verdict(&said.verdict).ok_or_else(|| Problem::unknown_word("verdict", &said.verdict, &VERDICTS))?;
    let heard = give(&app, client, code, (verdict, said.text, said.answer)).await.map_err(not_heard)?;
    let outcome = match heard.outcome() {
        FeedbackOutcome::Reopened => "reopened",
        FeedbackOutcome::Arbiter => "arbiter",
        FeedbackOutcome::Complaint => "complaint",
        FeedbackOutcome::Kept | FeedbackOutcome::Unspecified => "kept",
    };
    let view = FeedbackView { outcome, complaints: heard.complaints };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view)))
}

/// The words for it.
pub(crate) const VERDICTS: [&str; 2] = ["solved", "not_solved"];

/// Verdicts by their words.
pub(crate) fn verdict(word: &str) -> Option<FeedbackVerdict> {
    match word {
        "solved" => Some(FeedbackVerdict::Solved),
        "not_solved" => Some(FeedbackVerdict::NotSolved),
        _ => None,
    }
}

/// Says so to intake, within what the client may ask.
pub(crate) async fn give(
    app: &App,
    client: Client,
    code: TrackingCode,
    (verdict, statement, answer): (FeedbackVerdict, String, u32),
) -> Result<GiveFeedbackResponse, NotFound> {
    app.limits.look_up(client.0).map_err(NotFound::TooMany)?;
    let request = GiveFeedbackRequest { case: code.to_string(), verdict: verdict.into(), statement, answer };
    let given = app.cases.clone().give_feedback(traced(request)).await.inspect_err(|status| {
        if status.code() == Code::NotFound {
            app.limits.miss(client.0);
        }
    });
    Ok(given.map_err(NotFound::Refused)?.into_inner())
}

fn not_heard(why: NotFound) -> Problem {
    match why {
        NotFound::Refused(status) if status.code() == Code::FailedPrecondition => Problem::refused(
            StatusCode::CONFLICT,
            "There is no answer to speak of: the case is not answered yet, something else was said of this answer \
             before, or the time for saying so is over.",
        ),
        why => why.into(),
    }
}
