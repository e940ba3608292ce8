//! `/api/v1/arbitrations`: whose a case is, ruled by the provincial arbiter (rule 4).

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use contracts::routing::{Arbitration, ListArbitrationsRequest, RuleArbitrationRequest};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{NotDecided, NotListed, PAGE, Which, body, moment, next_page, refused};
use crate::api::problem::Problem;
use crate::state::App;
use crate::upstream::OnBehalf;

/// Cases that wait for the arbiter, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ArbitrationsView {
    arbitrations: Vec<ArbitrationView>,
    /// Absent on the last page.
    next_page: Option<String>,
}

/// A case that agencies returned.
#[derive(Serialize, ToSchema)]
pub(crate) struct ArbitrationView {
    arbitration_id: String,
    case_id: String,
    round: u32,
    province: String,
    county: String,
    topic: String,
    reason: String,
    /// Agencies that returned it.
    tried: Vec<String>,
    asked_at: Option<Timestamp>,
}

/// What is ruled; whoever brings the token ruled it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArbitrationRuling {
    /// The agency that must act, perhaps one that returned it.
    agency: String,
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
    /// Also the rule from now on: the case's topic in its county, or in its province where it has none.
    #[serde(default)]
    becomes_rule: bool,
}

/// What follows.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReferralMade {
    pub(super) referral_id: String,
}

/// Cases that wait for the arbiter.
#[utoipa::path(
    get,
    path = "/api/v1/arbitrations",
    params(Which),
    responses(
        (status = 200, description = "What waits, oldest first", body = ArbitrationsView),
        NotListed,
    ),
    security(("token" = []))
)]
pub(crate) async fn list_arbitrations(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Query(Which { province, page }): Query<Which>,
) -> Result<impl IntoResponse, Problem> {
    let request = ListArbitrationsRequest { province, page_size: PAGE, page_token: page };
    let listed = app.rulings.clone().list_arbitrations(on_behalf.ask(request)).await?.into_inner();
    let arbitrations = listed.arbitrations.into_iter().map(view).collect();
    let view = ArbitrationsView { arbitrations, next_page: next_page(listed.next_page_token) };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view)))
}

/// Sends the case to an agency. Repeated, it answers the first ruling.
#[utoipa::path(
    post,
    path = "/api/v1/arbitrations/{arbitration_id}/ruling",
    params(("arbitration_id" = String, Path)),
    request_body = ArbitrationRuling,
    responses(
        (status = 200, description = "Ruled", body = ReferralMade),
        NotDecided,
    ),
    security(("token" = []))
)]
pub(crate) async fn rule_arbitration(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(arbitration_id): Path<String>,
    ruling: Result<Json<ArbitrationRuling>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let ArbitrationRuling { agency, reason, becomes_rule } = body(ruling)?;
    let request =
        RuleArbitrationRequest { arbitration_id, agency, reason, becomes_rule, ..Default::default() };
    let ruled = app.rulings.clone().rule_arbitration(on_behalf.ask(request)).await.map_err(refused)?;
    Ok(Json(ReferralMade { referral_id: ruled.into_inner().referral_id }))
}

fn view(asked: Arbitration) -> ArbitrationView {
    ArbitrationView {
        asked_at: moment(asked.asked_at.as_ref()),
        arbitration_id: asked.arbitration_id,
        case_id: asked.case_id,
        round: asked.round,
        province: asked.province,
        county: asked.county,
        topic: asked.topic,
        reason: asked.reason,
        tried: asked.tried,
    }
}
