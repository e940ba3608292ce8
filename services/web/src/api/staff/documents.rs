//! `/api/v1/document-requests`: what citizens were asked to bring; meanwhile the agency's clock pauses (rule 7).

use axum::extract::{Path, Query, State};
use contracts::routing::{
    DocumentRequest, ListDocumentRequestsRequest, ListDocumentRequestsResponse, RecordDocumentsRequest,
    RecordDocumentsResponse,
};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{NotDecided, NotListed, PAGE, Which};
use crate::api::problem::Problem;
use crate::api::sent::Sent;
use crate::api::view::{Shown, each, moment, shown, some, view};
use crate::state::App;
use crate::upstream::OnBehalf;

view! {
    /// Documents that are waited for, oldest first.
    DocumentRequestsView of ListDocumentRequestsResponse {
        requests: Vec<DocumentRequestView> = each(requests),
        /// Absent on the last page.
        next_page: Option<String> = some(next_page_token),
    }
}

view! {
    /// An agency asks the citizen for documents.
    DocumentRequestView of DocumentRequest {
        referral_id: String,
        action_id: String,
        case_id: String,
        agency: String,
        province: String,
        documents: String,
        asked_at: Option<Timestamp> = moment(asked_at),
    }
}

/// They came.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Receipt {
    /// Where the agency finds them.
    #[schema(min_length = 1, max_length = 1000)]
    note: String,
}

view! {
    /// It is kept, and the agency's clock runs on.
    Received of RecordDocumentsResponse {
        received_at: Option<Timestamp> = moment(received_at),
    }
}

/// Documents that citizens were asked for and have not brought.
#[utoipa::path(
    get,
    path = "/api/v1/document-requests",
    params(Which),
    responses((status = 200, description = "What is waited for, oldest first", body = DocumentRequestsView), NotListed),
    security(("token" = []))
)]
pub(crate) async fn list_document_requests(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Query(Which { province, page }): Query<Which>,
) -> Result<Shown<DocumentRequestsView>, Problem> {
    let request = ListDocumentRequestsRequest { province, page_size: PAGE, page_token: page };
    shown(app.rulings.clone().list_document_requests(on_behalf.ask(request)).await)
}

/// The citizen's documents came. Repeated, it answers the first result.
#[utoipa::path(
    post,
    path = "/api/v1/document-requests/{referral_id}/{action_id}/receipt",
    params(("referral_id" = String, Path), ("action_id" = String, Path, description = "The action that asked")),
    request_body = Receipt,
    responses((status = 200, description = "Kept", body = Received), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn record_documents(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path((referral_id, action_id)): Path<(String, String)>,
    Sent(Receipt { note }): Sent<Receipt>,
) -> Result<Shown<Received>, Problem> {
    let request = RecordDocumentsRequest { referral_id, action_id, note, ..Default::default() };
    shown(app.rulings.clone().record_documents(on_behalf.ask(request)).await)
}
