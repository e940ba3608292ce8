//! An action recorded by hand, for an agency without an adapter: the same commit as those from the bus.

use contracts::routing::{RecordActionRequest, RecordActionResponse};
use jiff::Timestamp;

use super::{Door, Refusal};
use crate::record::{from_message, verdict};

pub(super) async fn record_action(
    door: &Door,
    request: RecordActionRequest,
    said: Option<Timestamp>,
) -> Result<RecordActionResponse, Refusal> {
    let action = request.action.ok_or(Refusal::Invalid { field: "action", message: "is missing" })?;
    let asked = from_message(&request.agency, None, action, said);
    let action_id = asked.action_id.clone();
    let outcome = door.actions.ask(asked).await?;
    Ok(RecordActionResponse { verdict: Some(verdict(action_id, &outcome)) })
}
