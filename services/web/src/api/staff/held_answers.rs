//! `/api/v1/held-answers`: answers that a reviewer passes or gives back.

use axum::extract::{Path, Query, State};
use contracts::routing::{
    HeldAnswer, ListHeldAnswersRequest, ListHeldAnswersResponse, ReviewAnswerRequest, ReviewAnswerResponse,
};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::matter::MatterView;
use super::{NotDecided, NotListed, PAGE, Which};
use crate::api::problem::Problem;
use crate::api::sent::Sent;
use crate::api::view::{Shown, each, maybe, moment, shown, some, view};
use crate::state::App;
use crate::upstream::OnBehalf;

view! {
    /// Answers that wait, oldest first.
    HeldAnswersView of ListHeldAnswersResponse {
        answers: Vec<HeldAnswerView> = each(answers),
        /// Absent on the last page.
        next_page: Option<String> = some(next_page_token),
    }
}

view! {
    /// An answer that does not count yet.
    HeldAnswerView of HeldAnswer {
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
        held_at: Option<Timestamp> = moment(held_at),
        matter: Option<MatterView> = maybe(matter),
    }
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

view! {
    /// What was decided.
    Reviewed of ReviewAnswerResponse {
        passed: bool,
        reviewed_at: Option<Timestamp> = moment(reviewed_at),
    }
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
) -> Result<Shown<HeldAnswersView>, Problem> {
    let request = ListHeldAnswersRequest { province, page_size: PAGE, page_token: page };
    shown(app.rulings.clone().list_held_answers(on_behalf.ask(request)).await)
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
    Sent(Review { pass, reason }): Sent<Review>,
) -> Result<Shown<Reviewed>, Problem> {
    let request = ReviewAnswerRequest { referral_id, action_id, pass, reason, ..Default::default() };
    shown(app.rulings.clone().review_answer(on_behalf.ask(request)).await)
}
