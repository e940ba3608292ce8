//! `/api/v1/extensions`: more time, asked by agencies and ruled on by the province (rule 7).

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use contracts::routing::{Extension, ListExtensionsRequest, RuleExtensionRequest};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{NotDecided, NotListed, PAGE, Which, body, moment, next_page, refused};
use crate::api::problem::Problem;
use crate::state::App;
use crate::upstream::OnBehalf;

/// Extensions that wait, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExtensionsView {
    extensions: Vec<ExtensionView>,
    /// Absent on the last page.
    next_page: Option<String>,
}

/// An agency asks for more time.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExtensionView {
    referral_id: String,
    action_id: String,
    case_id: String,
    agency: String,
    province: String,
    days: u32,
    reason: String,
    asked_at: Option<Timestamp>,
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

/// What was ruled.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExtensionRuled {
    granted: bool,
    days: u32,
    ruled_at: Option<Timestamp>,
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
) -> Result<impl IntoResponse, Problem> {
    let request = ListExtensionsRequest { province, page_size: PAGE, page_token: page };
    let listed = app.rulings.clone().list_extensions(on_behalf.ask(request)).await?.into_inner();
    let extensions = listed.extensions.into_iter().map(view).collect();
    let view = ExtensionsView { extensions, next_page: next_page(listed.next_page_token) };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view)))
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
    ruling: Result<Json<ExtensionRuling>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let ExtensionRuling { grant, days, reason } = body(ruling)?;
    let request = RuleExtensionRequest { referral_id, action_id, grant, days, reason, ..Default::default() };
    let ruled = app.rulings.clone().rule_extension(on_behalf.ask(request)).await.map_err(refused)?;
    let ruled = ruled.into_inner();
    let ruled_at = moment(ruled.ruled_at.as_ref());
    Ok(Json(ExtensionRuled { granted: ruled.granted, days: ruled.days, ruled_at }))
}

fn view(asked: Extension) -> ExtensionView {
    ExtensionView {
        asked_at: moment(asked.asked_at.as_ref()),
        referral_id: asked.referral_id,
        action_id: asked.action_id,
        case_id: asked.case_id,
        agency: asked.agency,
        province: asked.province,
        days: asked.days,
        reason: asked.reason,
    }
}
