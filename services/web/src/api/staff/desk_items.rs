//! `/api/v1/desk-items`: cases that no rule decides, given to an agency by hand (rule 4).

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use contracts::routing::{AssignDeskItemRequest, DeskItem, ListDeskItemsRequest};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::arbitrations::ReferralMade;
use super::{NotDecided, NotListed, PAGE, Which, body, moment, next_page, refused};
use crate::api::problem::Problem;
use crate::state::App;
use crate::upstream::OnBehalf;

/// Cases on the manual desk, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeskItemsView {
    items: Vec<DeskItemView>,
    /// Absent on the last page.
    next_page: Option<String>,
}

/// A case that waits for a person.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeskItemView {
    case_id: String,
    province: String,
    topic: String,
    round: u32,
    /// Why no rule decided it.
    reason: String,
    opened_at: Option<Timestamp>,
}

/// Who must act.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assignment {
    agency: String,
}

/// Cases on the manual desk.
#[utoipa::path(
    get,
    path = "/api/v1/desk-items",
    params(Which),
    responses(
        (status = 200, description = "What waits, oldest first", body = DeskItemsView),
        NotListed,
    ),
    security(("token" = []))
)]
pub(crate) async fn list_desk_items(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Query(Which { province, page }): Query<Which>,
) -> Result<impl IntoResponse, Problem> {
    let request = ListDeskItemsRequest { province, page_size: PAGE, page_token: page };
    let listed = app.routing.clone().list_desk_items(on_behalf.ask(request)).await?.into_inner();
    let items = listed.items.into_iter().map(view).collect();
    let view = DeskItemsView { items, next_page: next_page(listed.next_page_token) };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view)))
}

/// Sends a case on the desk to an agency.
#[utoipa::path(
    post,
    path = "/api/v1/desk-items/{case_id}/assignment",
    params(("case_id" = String, Path)),
    request_body = Assignment,
    responses(
        (status = 200, description = "Referred", body = ReferralMade),
        NotDecided,
    ),
    security(("token" = []))
)]
pub(crate) async fn assign_desk_item(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(case_id): Path<String>,
    assignment: Result<Json<Assignment>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Assignment { agency } = body(assignment)?;
    let request = AssignDeskItemRequest { case_id, agency };
    let assigned = app.routing.clone().assign_desk_item(on_behalf.ask(request)).await.map_err(refused)?;
    Ok(Json(ReferralMade { referral_id: assigned.into_inner().referral_id }))
}

fn view(opened: DeskItem) -> DeskItemView {
    DeskItemView {
        opened_at: moment(opened.opened_at.as_ref()),
        case_id: opened.case_id,
        province: opened.province,
        topic: opened.topic,
        round: opened.round,
        reason: opened.reason,
    }
}
