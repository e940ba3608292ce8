//! `/api/v1/extensions`: more time, asked by agencies and ruled on by the province (rule 7).

use axum::extract::{Path, Query, State};
use contracts::routing::{
    Extension, ListExtensionsRequest, ListExtensionsResponse, RuleExtensionRequest, RuleExtensionResponse,
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
    /// Extensions that wait, oldest first.
    ExtensionsView of ListExtensionsResponse {
        extensions: Vec<ExtensionView> = each(extensions),
        /// Absent on the last page.
        next_page: Option<String> = some(next_page_token),
    }
}

view! {
    /// An agency asks for more time.
    ExtensionView of Extension {
        referral_id: String,
        action_id: String,
        case_id: String,
        agency: String,
        province: String,
        days: u32,
        reason: String,
        asked_at: Option<Timestamp> = moment(asked_at),
        matter: Option<MatterView> = maybe(matter),
    }
}

/// What is ruled; whoever brings the token ruled it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionRuling {
    grant: bool,
    /// With grant: fewer days than were asked for; 0 or absent grants what was asked.
    #[serde(default)]
    days: u32,
    /// Told to the citizen and the agency.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

view! {
    /// What was ruled.
    ExtensionRuled of RuleExtensionResponse {
        granted: bool,
        days: u32,
        ruled_at: Option<Timestamp> = moment(ruled_at),
    }
}

/// Extensions that wait for the province.
#[utoipa::path(
    get,
    path = "/api/v1/extensions",
    params(Which),
    responses(
        (status = 200, description = "What waits, oldest first", body = ExtensionsView),
        NotListed,
    ),
    security(("token" = []))
)]
pub(crate) async fn list_extensions(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Query(Which { province, page }): Query<Which>,
) -> Result<Shown<ExtensionsView>, Problem> {
    let request = ListExtensionsRequest { province, page_size: PAGE, page_token: page };
    shown(app.rulings.clone().list_extensions(on_behalf.ask(request)).await)
}

/// Grants or refuses an extension. Repeated, it answers the first ruling.
#[utoipa::path(
    post,
    path = "/api/v1/extensions/{referral_id}/{action_id}/ruling",
    params(("referral_id" = String, Path), ("action_id" = String, Path, description = "The action that asked")),
    request_body = ExtensionRuling,
    responses(
        (status = 200, description = "Ruled", body = ExtensionRuled),
        NotDecided,
    ),
    security(("token" = []))
)]
pub(crate) async fn rule_extension(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path((referral_id, action_id)): Path<(String, String)>,
    Sent(ExtensionRuling { grant, days, reason }): Sent<ExtensionRuling>,
) -> Result<Shown<ExtensionRuled>, Problem> {
    let request = RuleExtensionRequest { referral_id, action_id, grant, days, reason, ..Default::default() };
    shown(app.rulings.clone().rule_extension(on_behalf.ask(request)).await)
}
