//! The documents that citizens were asked for and have not brought, oldest first.

use contracts::routing::{DocumentRequest, ListDocumentRequestsRequest, ListDocumentRequestsResponse};
use contracts::timestamp;

use super::page::Page;
use super::{Call, Door, Refusal};
use crate::store;

pub(super) async fn list_document_requests(
    door: &Door,
    request: ListDocumentRequestsRequest,
    call: &Call,
) -> Result<ListDocumentRequestsResponse, Refusal> {
    let province = call.caller.sees(&request.province)?;
    let page = Page::read(province, request.page_size, &request.page_token)?;
    let db = door.store.pool();
    let held = store::documents::list_open(db, province, page.after, page.limit).await?;
    let next_page_token = page.next(held.last().map(|asked| (asked.asked_at, asked.action_id.0)), held.len());
    let requests = held.into_iter().map(|asked| DocumentRequest {
        referral_id: asked.referral_id.to_string(),
        action_id: asked.action_id.to_string(),
        case_id: asked.case_id.to_string(),
        agency: asked.agency,
        province: asked.province,
        documents: asked.documents,
        asked_at: Some(timestamp(asked.asked_at)),
    });
    Ok(ListDocumentRequestsResponse { requests: requests.collect(), next_page_token })
}
