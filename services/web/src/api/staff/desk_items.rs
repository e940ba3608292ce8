//! `/api/v1/desk-items`: cases that no rule decides, given to an agency by hand (rule 4).

use axum::extract::{Path, Query, State};
use contracts::routing::{
    AssignDeskItemRequest, AssignDeskItemResponse, DeskItem, ListDeskItemsRequest, ListDeskItemsResponse,
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
    /// Cases on the manual desk, oldest first.
    DeskItemsView of ListDeskItemsResponse {
        items: Vec<DeskItemView> = each(items),
        /// Absent on the last page.
        next_page: Option<String> = some(next_page_token),
    }
}

view! {
    /// A case that waits for a person.
    DeskItemView of DeskItem {
        case_id: String,
        province: String,
        topic: String,
        round: u32,
        /// Why no rule decided it.
        reason: String,
        opened_at: Option<Timestamp> = moment(opened_at),
        matter: Option<MatterView> = maybe(matter),
    }
}

/// Who must act.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assignment {
    agency: String,
}

view! {
    /// What follows.
    Assigned of AssignDeskItemResponse {
        referral_id: String,
    }
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
) -> Result<Shown<DeskItemsView>, Problem> {
    let request = ListDeskItemsRequest { province, page_size: PAGE, page_token: page };
    shown(app.routing.clone().list_desk_items(on_behalf.ask(request)).await)
}

/// Sends a case on the desk to an agency.
#[utoipa::path(
    post,
    path = "/api/v1/desk-items/{case_id}/assignment",
    params(("case_id" = String, Path)),
    request_body = Assignment,
    responses(
        (status = 200, description = "Referred", body = Assigned),
        NotDecided,
    ),
    security(("token" = []))
)]
pub(crate) async fn assign_desk_item(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(case_id): Path<String>,
    Sent(Assignment { agency }): Sent<Assignment>,
) -> Result<Shown<Assigned>, Problem> {
    let request = AssignDeskItemRequest { case_id, agency };
    shown(app.routing.clone().assign_desk_item(on_behalf.ask(request)).await)
}
