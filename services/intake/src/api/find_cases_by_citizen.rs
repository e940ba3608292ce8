//! The cases of one citizen, found without the national id being stored readably.

use contracts::intake::{FindCasesByCitizenRequest, FindCasesByCitizenResponse};
use tonic::Status;

use crate::api::{Door, bad_field, page, present};
use crate::domain::identity::NationalId;
use crate::store::cases::Which;

pub(crate) async fn find_cases_by_citizen(
    door: &Door,
    request: FindCasesByCitizenRequest,
) -> Result<FindCasesByCitizenResponse, Status> {
    let page = page::read(request.page_size, &request.page_token)?;
    let id = NationalId::read(&request.national_id).map_err(|error| bad_field("national_id", error))?;
    let hash = door.sealer.find_by(id.digits());
    let (cases, next_page_token) = present::page(door, Which::OfCitizen(&hash), page).await?;
    Ok(FindCasesByCitizenResponse { cases, next_page_token })
}
