//! One entry of the guidance base, also as it was when it was cited.

use contracts::intake::{GetGuidanceRequest, GetGuidanceResponse};
use tonic::Status;

use crate::api::desk::Desk;
use crate::api::unavailable;
use crate::store::guidance;

pub(crate) async fn get_guidance(
    desk: &Desk,
    request: GetGuidanceRequest,
) -> Result<GetGuidanceResponse, Status> {
    let found =
        guidance::one(desk.store.pool(), &request.entry, request.version).await.map_err(unavailable)?;
    let entry =
        found.ok_or_else(|| Status::not_found("the guidance base holds no such entry in that version"))?;
    Ok(GetGuidanceResponse { entry: Some(entry) })
}
