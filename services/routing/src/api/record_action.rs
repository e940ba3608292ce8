//! An action recorded by hand, for an agency without an adapter: the same commit as those from the bus.

use contracts::routing::{RecordActionRequest, RecordActionResponse};

use super::{Call, Door, Refusal};
use crate::record::{from_message, verdict};

pub(super) async fn record_action(
    door: &Door,
    request: RecordActionRequest,
    call: &Call,
) -> Result<RecordActionResponse, Refusal> {
    call.caller.for_agency(&request.agency)?;
    let action = request.action.ok_or(Refusal::Invalid { field: "action", message: "is missing" })?;
    let asked = from_message(&request.agency, None, action, call.said);
    let action_id = asked.action_id.clone();
    let outcome = door.actions.ask(asked).await?;
    Ok(RecordActionResponse { verdict: Some(verdict(action_id, &outcome)) })
}
