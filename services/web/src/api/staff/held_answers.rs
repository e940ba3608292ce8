//! `/api/v1/held-answers`: answers that a reviewer passes or gives back.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use contracts::routing::{HeldAnswer, ListHeldAnswersRequest, ReviewAnswerRequest};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{NotDecided, NotListed, PAGE, Which, body, moment, next_page, refused};
use crate::api::problem::Problem;
use crate::state::App;
use crate::upstream::OnBehalf;

/// Answers that wait, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct HeldAnswersView {
    answers: Vec<HeldAnswerView>,
    /// Absent on the last page.
    next_page: Option<String>,
}

/// An answer that does not count yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct HeldAnswerView {
    referral_id: String,
    action_id: String,
    case_id: String,
    agency: String,
    province: String,
    text: String,
    legal_reason: String,
    /// Why it is held.
    why_fa: String,
    why_en: String,
    held_at: Option<Timestamp>,
}

/// What is decided; whoever brings the token reviewed it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Review {
    pass: bool,
    /// Required when it does not pass: the agency reads it.
    #[serde(default)]
    #[schema(max_length = 1000)]
    reason: String,
}

/// What was decided.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reviewed {
    passed: bool,
    reviewed_at: Option<Timestamp>,
}

/// Answers that wait for a reviewer.
#[utoipa::path(
    get,
    path = "/api/v1/held-answers",
    params(Which),
    responses(
        (status = 200, description = "What waits, oldest first", body = HeldAnswersView),
        NotListed,
    ),
    security(("token" = []))
)]
pub(crate) async fn list_held_answers(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Query(Which { province, page }): Query<Which>,
) -> Result<impl IntoResponse, Problem> {
    let request = ListHeldAnswersRequest { province, page_size: PAGE, page_token: page };
    let listed = app.rulings.clone().list_held_answers(on_behalf.ask(request)).await?.into_inner();
    let answers = listed.answers.into_iter().map(view).collect();
    let view = HeldAnswersView { answers, next_page: next_page(listed.next_page_token) };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view)))
}

/// Lets an answer count as of when it was given, or gives it back. Repeated, it answers the first review.
#[utoipa::path(
    post,
    path = "/api/v1/held-answers/{referral_id}/{action_id}/review",
    params(("referral_id" = String, Path), ("action_id" = String, Path, description = "The action that answered")),
    request_body = Review,
    responses(
        (status = 200, description = "Reviewed", body = Reviewed),
        NotDecided,
    ),
    security(("token" = []))
)]
pub(crate) async fn review_answer(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path((referral_id, action_id)): Path<(String, String)>,
    review: Result<Json<Review>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Review { pass, reason } = body(review)?;
    let request = ReviewAnswerRequest { referral_id, action_id, pass, reason, ..Default::default() };
    let reviewed = app.rulings.clone().review_answer(on_behalf.ask(request)).await.map_err(refused)?;
    let reviewed = reviewed.into_inner();
    Ok(Json(Reviewed { passed: reviewed.passed, reviewed_at: moment(reviewed.reviewed_at.as_ref()) }))
}

fn view(held: HeldAnswer) -> HeldAnswerView {
    HeldAnswerView {
        held_at: moment(held.held_at.as_ref()),
        referral_id: held.referral_id,
        action_id: held.action_id,
        case_id: held.case_id,
        agency: held.agency,
        province: held.province,
        text: held.text,
        legal_reason: held.legal_reason,
        why_fa: held.why_fa,
        why_en: held.why_en,
    }
}
