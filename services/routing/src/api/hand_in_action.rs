//! An action of an agency that comes by a call: once per key, in the same commit as those from the bus.

use contracts::agency::ActionPublished;
use contracts::routing::{HandInActionRequest, HandInActionResponse};
use prost::Message;
use ring::digest;
use uuid::Uuid;

use super::{Call, Door, Refusal, text};
use crate::record::from_message;
use crate::store;

/// Longest key, as at every door that takes one.
const KEY_CHARACTERS: usize = 128;

pub(super) async fn hand_in_action(
    door: &Door,
    request: HandInActionRequest,
    call: &Call,
) -> Result<HandInActionResponse, Refusal> {
    let agency = &request.agency;
    call.caller.for_agency(agency)?;
    let place = door.entrance.enter(agency).ok_or(Refusal::TooMany)?;
    let key = text("request_key", &request.request_key, KEY_CHARACTERS)?;
    let action = request.action.ok_or(Refusal::Invalid { field: "action", message: "is missing" })?;
    let action = ActionPublished { action_id: action_id(&key), ..action };
    // Kept before the action: should this stop in between, the repeat finds its own key and records.
    let content = digest::digest(&digest::SHA256, &action.encode_to_vec());
    let now = door.store.clock().now();
    if !store::request_keys::claim(door.store.pool(), agency, &key, content.as_ref(), now).await? {
        return Err(Refusal::Reused);
    }
    let asked = from_message(agency, None, action, call.said);
    Ok(HandInActionResponse { verdict: Some(door.act(place, asked).await?) })
}

/// The same for the same key; no other agency can meet it, for an action is its agency's.
fn action_id(key: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, key.as_bytes()).to_string()
}
