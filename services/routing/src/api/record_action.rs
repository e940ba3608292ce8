//! An action recorded by hand, for an agency without an adapter: the same commit as those from the bus.

use contracts::routing::{RecordActionRequest, RecordActionResponse};

use super::{Call, Door, Refusal};
use crate::record::from_message;

pub(super) async fn record_action(
    door: &Door,
    request: RecordActionRequest,
    call: &Call,
) -> Result<RecordActionResponse, Refusal> {
    call.caller.for_agency(&request.agency)?;
    let place = door.entrance.enter(&request.agency).ok_or(Refusal::TooMany)?;
    let action = request.action.ok_or(Refusal::Invalid { field: "action", message: "is missing" })?;
    let asked = from_message(&request.agency, None, action, call.said);
    Ok(RecordActionResponse { verdict: Some(door.act(place, asked).await?) })
}
