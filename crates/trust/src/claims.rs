//! The parts that claims are made of.

use serde_json::{Value, json};

/// No limit.
const ANY: i64 = -1;

/// What a user may say and hear: subjects, and nothing else.
pub(crate) fn permissions(say: &[String], hear: &[String]) -> Value {
    json!({"pub": {"allow": say}, "sub": {"allow": hear}})
}

/// The claims of a user. Without `permissions` those of its account count.
pub(crate) fn user(permissions: Option<Value>, tags: &[&str]) -> Value {
    let mut user = permissions.unwrap_or_else(|| json!({"pub": {}, "sub": {}}));
    // No browser, no leaf node, no MQTT device.
    user["allowed_connection_types"] = json!(["STANDARD"]);
    user["tags"] = json!(tags);
    for limit in ["subs", "data", "payload"] {
        user[limit] = json!(ANY);
    }
    user["type"] = json!("user");
    user["version"] = json!(2);
    user
}

/// The claims of an account that nothing limits; `JetStream` is not for it.
pub(crate) fn account() -> Value {
    let mut limits = json!({"wildcards": true});
    for limit in ["subs", "data", "payload", "imports", "exports", "conn", "leaf"] {
        limits[limit] = json!(ANY);
    }
    json!({"limits": limits, "type": "account", "version": 2})
}

/// Lets the account keep streams, as many as the server has room for.
pub(crate) fn with_streams(mut account: Value) -> Value {
    for limit in ["mem_storage", "disk_storage", "streams", "consumer", "max_ack_pending"] {
        account["limits"][limit] = json!(ANY);
    }
    account
}
