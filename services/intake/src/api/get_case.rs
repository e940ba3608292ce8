//! One case by its id or its tracking code.

use contracts::intake::get_case_request::Key;
use contracts::intake::{GetCaseRequest, GetCaseResponse};
use contracts::{CaseId, TrackingCode};
use tonic::Status;

use crate::api::present::present;
use crate::api::{Door, bad_field, unavailable};
use crate::store::cases;

pub(crate) async fn get_case(door: &Door, request: GetCaseRequest) -> Result<GetCaseResponse, Status> {
    let row = match request.key {
        Some(Key::CaseId(id)) => {
            let id: CaseId = id.parse().map_err(|error| bad_field("case_id", error))?;
            cases::by_id(&door.db, id).await
        }
        Some(Key::TrackingCode(code)) => {
            let code: TrackingCode = code.parse().map_err(|error| bad_field("tracking_code", error))?;
            cases::by_code(&door.db, code).await
        }
        None => return Err(bad_field("key", "a case_id or a tracking_code must be given")),
    };
    let row = row.map_err(unavailable)?.ok_or_else(|| Status::not_found("there is no such case"))?;
    let case = present(door, row).map_err(unavailable)?;
    Ok(GetCaseResponse { case: Some(case) })
}
