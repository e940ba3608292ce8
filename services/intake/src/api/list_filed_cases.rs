//! The cases that a program filed: its own and nobody else's.

use chassis::Caller;
use contracts::intake::source_service_server::SourceService;
use contracts::intake::{ListFiledCasesRequest, ListFiledCasesResponse};
use contracts::{CaseId, optional_instant, required_instant};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::api::{Door, bad_field, page, present};
use crate::store::cases::{Filed, Which};

/// Ids and topics of one request.
const NAMED: usize = 1_000;

#[tonic::async_trait]
impl SourceService for Door {
    #[tracing::instrument(skip_all)]
    async fn list_filed_cases(
        &self,
        request: Request<ListFiledCasesRequest>,
    ) -> Result<Response<ListFiledCasesResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        let caller = chassis::grpc::caller(&request)?;
        list(self, request.into_inner(), &caller).await.map(Response::new)
    }
}

async fn list(
    door: &Door,
    request: ListFiledCasesRequest,
    caller: &Caller,
) -> Result<ListFiledCasesResponse, Status> {
    let page = page::read(request.page_size, &request.page_token)?;
    let filed = read(request, caller)?;
    let (cases, next_page_token) = present::page(door, Which::Filed(&filed), page).await?;
    Ok(ListFiledCasesResponse { cases, next_page_token })
}

fn read(request: ListFiledCasesRequest, caller: &Caller) -> Result<Filed, Status> {
    if request.case_ids.len() > NAMED {
        return Err(bad_field("case_ids", format!("has more than {NAMED}")));
    }
    if request.topics.len() > NAMED || request.topics.iter().any(|topic| topic.contains('\0')) {
        return Err(bad_field("topics", format!("has more than {NAMED}, or one that is none")));
    }
    let ids: Result<Vec<Uuid>, _> =
        request.case_ids.iter().map(|id| id.parse::<CaseId>().map(|id| id.0)).collect();
    let changed_from = optional_instant(request.changed_from.as_ref());
    let changed_until = optional_instant(request.changed_until.as_ref());
    let changed_from = changed_from.map_err(|error| bad_field("changed_from", error))?;
    let changed_until = changed_until.map_err(|error| bad_field("changed_until", error))?;
    Ok(Filed {
        source: format!("open311/{}", caller.id),
        from: required_instant(request.from.as_ref()).map_err(|error| bad_field("from", error))?,
        until: required_instant(request.until.as_ref()).map_err(|error| bad_field("until", error))?,
        ids: ids.map_err(|error| bad_field("case_ids", error))?,
        topics: request.topics,
        open: request.open,
        changed: changed_from.zip(changed_until),
    })
}
