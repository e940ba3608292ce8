//! AsyncAPI 3.0: what an agency hears and says over the bus.

use contracts::json::{JSON, PROTOBUF};
use serde_json::{Map, Value, json};

use crate::meets::{MEETS, Met};
use crate::schema::description;

const ABOUT: &str = "What an agency's adapter hears and says over NATS, in JSON or in protobuf. It signs in with the one file that the \
    agency was handed (`samad agency onboard`), with the inbox prefix `_INBOX_<code>`, and sees Samad's JetStream under the API \
    prefix `GOV.API`. What to type in each language: docs/integrate.";

/// The document.
pub fn document() -> Value {
    let (mut channels, mut operations, mut messages) = (Map::new(), Map::new(), Map::new());
    for met in MEETS.iter() {
        channels.insert(met.name.to_owned(), channel(met));
        messages.insert(met.name.to_owned(), message(met));
        if let Some((name, operation)) = operation(met) {
            operations.insert(name, operation);
        }
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {"title": "Samad for agencies", "version": "1", "description": ABOUT},
        "defaultContentType": JSON,
        "servers": {"broker": {
            "host": "bus.example.ir:4222", "protocol": "nats",
            "description": "The address stands in the file of credentials."
        }},
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    })
}

fn channel(met: &Met) -> Value {
    let address = if met.address.is_empty() { Value::Null } else { json!(met.address) };
    let messages = json!({met.name: {"$ref": format!("#/components/messages/{}", met.name)}});
    let mut channel = json!({"address": address, "messages": messages});
    let parameters: Map<String, Value> = met
        .parameters()
        .map(|(name, description)| (name.to_owned(), json!({"description": description})))
        .collect();
    if !parameters.is_empty() {
        channel["parameters"] = Value::Object(parameters);
    }
    channel
}

fn operation(met: &Met) -> Option<(String, Value)> {
    let channel = json!({"$ref": format!("#/channels/{}", met.name)});
    if met.said.is_some() {
        let verdict = json!({"channel": {"$ref": "#/channels/action_verdict"}});
        let summary = "Hands in an action; the verdict is replied once it is stored. No reply: ask again with the same action_id.";
        let operation = json!({"action": "send", "channel": channel, "summary": summary, "reply": verdict});
        return Some(("act".to_owned(), operation));
    }
    let heard = json!({
        "action": "receive", "channel": channel, "summary": description(met),
        // The binding of NATS knows queues only.
        "x-jetstream": {
            "stream": "ROUTING", "consumer": "the agency's code", "api_prefix": "GOV.API", "type": "pull",
            "ack": "explicit, within 30 s, or it is given again", "max_ack_pending": 500
        },
    });
    (!met.address.is_empty()).then(|| (format!("hear_{}", met.name), heard))
}

fn message(met: &Met) -> Value {
    let mut message = json!({
        "name": met.message,
        "summary": description(met),
        "contentType": JSON,
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": format!("schemas/{}.json", met.name)},
        },
    });
    let format = json!({"type": "string", "enum": [JSON, PROTOBUF], "description": "Of the body."});
    let mut headers = json!({"ce-datacontenttype": format});
    if met.said.is_some() {
        headers["Content-Type"] =
            json!({"type": "string", "description": "Is read where ce-datacontenttype is absent."});
    } else if !met.address.is_empty() {
        let text = |description: &str| json!({"type": "string", "description": description});
        headers["ce-specversion"] = json!({"const": "1.0"});
        headers["ce-id"] = text("The fact's id: the same however often it is delivered.");
        headers["ce-type"] = json!({"const": met.message});
        headers["ce-source"] = text("Who states it.");
        headers["ce-subject"] =
            text("The referral that it is about: facts of one are to be taken in their order.");
        headers["ce-time"] =
            json!({"type": "string", "format": "date-time", "description": "When it happened."});
        headers["traceparent"] = text("W3C trace context.");
    }
    message["headers"] = json!({"type": "object", "properties": headers});
    message
}
