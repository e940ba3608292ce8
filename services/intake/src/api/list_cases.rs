//! Cases newest first, all or those of a province or a state.

use contracts::intake::{CaseState, ListCasesRequest, ListCasesResponse};
use tonic::Status;

use crate::api::{Door, bad_field, page, present};
use crate::store::cases::Which;

pub(crate) async fn list_cases(door: &Door, request: ListCasesRequest) -> Result<ListCasesResponse, Status> {
    let page = page::read(request.page_size, &request.page_token)?;
    let state =
        CaseState::try_from(request.state).map_err(|_| bad_field("state", "there is no such state"))?;
    let which = Which::Listed { province: &request.province, state: state as i16 };
    let (cases, next_page_token) = present::page(door, which, page).await?;
    Ok(ListCasesResponse { cases, next_page_token })
}
