//! `POST /api/v1/case-groups`: cases of many people on one thing under a lead, whose answer becomes the answer of all.

use axum::extract::State;
use contracts::intake::{GroupCasesRequest, GroupCasesResponse, RefusedMember};
use serde::Deserialize;
use utoipa::ToSchema;

use super::NotDecided;
use crate::api::problem::Problem;
use crate::api::sent::Sent;
use crate::api::view::{Shown, each, shown, view};
use crate::state::App;
use crate::upstream::OnBehalf;

/// What belongs together.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewGroup {
    /// Tracking code or id of the case whose answer counts for all.
    lead: String,
    /// Tracking codes or ids.
    #[schema(min_items = 1, max_items = 1000)]
    members: Vec<String>,
    /// What they have in common, in the operator's words.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

view! {
    /// The group as far as it came together.
    GroupView of GroupCasesResponse {
        lead_case_id: String,
        /// Members that joined now.
        joined: u32,
        refused: Vec<RefusedMemberView> = each(refused),
    }
}

view! {
    /// A member that cannot join.
    RefusedMemberView of RefusedMember {
        /// As it was named.
        case: String,
        reason: String,
    }
}

/// Puts cases under a lead; each keeps its own code, notice and objection. Repeated, it changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/case-groups",
    request_body = NewGroup,
    responses((status = 200, description = "Who joined and who cannot", body = GroupView), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn group_cases(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Sent(NewGroup { lead, members, reason }): Sent<NewGroup>,
) -> Result<Shown<GroupView>, Problem> {
    let request = GroupCasesRequest { lead, members, reason };
    shown(app.cases.clone().group_cases(on_behalf.ask(request)).await)
}
