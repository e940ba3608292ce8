//! `/api/v1/arbitrations`: whose a case is, ruled by the provincial arbiter (rule 4).

use axum::extract::{Path, Query, State};
use contracts::routing::{
    Arbitration, ListArbitrationsRequest, ListArbitrationsResponse, RuleArbitrationRequest,
    RuleArbitrationResponse,
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
    /// Cases that wait for the arbiter, oldest first.
    ArbitrationsView of ListArbitrationsResponse {
        arbitrations: Vec<ArbitrationView> = each(arbitrations),
        /// Absent on the last page.
        next_page: Option<String> = some(next_page_token),
    }
}

view! {
    /// A case that agencies returned.
    ArbitrationView of Arbitration {
        arbitration_id: String,
        case_id: String,
        round: u32,
        province: String,
        county: String,
        topic: String,
        reason: String,
        /// Agencies that returned it.
        tried: Vec<String>,
        asked_at: Option<Timestamp> = moment(asked_at),
        matter: Option<MatterView> = maybe(matter),
    }
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

view! {
    /// What follows.
    Ruled of RuleArbitrationResponse {
        referral_id: String,
    }
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
) -> Result<Shown<ArbitrationsView>, Problem> {
    let request = ListArbitrationsRequest { province, page_size: PAGE, page_token: page };
    shown(app.rulings.clone().list_arbitrations(on_behalf.ask(request)).await)
}

/// Sends the case to an agency. Repeated, it answers the first ruling.
#[utoipa::path(
    post,
    path = "/api/v1/arbitrations/{arbitration_id}/ruling",
    params(("arbitration_id" = String, Path)),
    request_body = ArbitrationRuling,
    responses(
        (status = 200, description = "Ruled", body = Ruled),
        NotDecided,
    ),
    security(("token" = []))
)]
pub(crate) async fn rule_arbitration(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(arbitration_id): Path<String>,
    Sent(ArbitrationRuling { agency, reason, becomes_rule }): Sent<ArbitrationRuling>,
) -> Result<Shown<Ruled>, Problem> {
    let request =
        RuleArbitrationRequest { arbitration_id, agency, reason, becomes_rule, ..Default::default() };
    shown(app.rulings.clone().rule_arbitration(on_behalf.ask(request)).await)
}
