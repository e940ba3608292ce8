//! What is wrong with JSON that cannot be read as a message: the field, and what it must be.

use prost_reflect::{DynamicMessage, Kind, MessageDescriptor};
use serde_json::Value;

use crate::json::descriptor;

/// The contract's name of a field whose value cannot be read, though the rest may be sound. None when the whole is at
/// fault: it is no JSON object, or no message is called so.
#[must_use]
pub fn field_at_fault(message: &str, data: &[u8]) -> Option<String> {
    let descriptor = descriptor(message).ok()?;
    let Value::Object(fields) = serde_json::from_slice(data).ok()? else { return None };
    fields.into_iter().find_map(|(name, value)| {
        let field = field_called(&descriptor, &name)?;
        let alone = Value::Object([(name, value)].into_iter().collect());
        DynamicMessage::deserialize(descriptor.clone(), alone).err().map(|_| field)
    })
}

/// Both spellings of the JSON mapping: `action_id` and `actionId`.
fn field_called(descriptor: &MessageDescriptor, name: &str) -> Option<String> {
    let field = descriptor.get_field_by_name(name).or_else(|| descriptor.get_field_by_json_name(name))?;
    Some(field.name().to_owned())
}

/// What the field must hold, for whoever writes it by hand: the end of "it must be …". None for a field that is not there,
/// or of a kind that nobody writes to us.
#[must_use]
pub fn expected(message: &str, field: &str) -> Option<String> {
    let field = descriptor(message).ok()?.get_field_by_name(field)?;
    match field.kind() {
        Kind::String => Some("text without a NUL character".to_owned()),
        Kind::Uint32 => Some(format!("a whole number from 0 to {}", u32::MAX)),
        Kind::Enum(words) => {
            let words = words.values().filter(|word| word.number() != 0);
            let words: Vec<String> = words.map(|word| word.name().to_owned()).collect();
            Some(format!("one of {}", words.join(", ")))
        }
        Kind::Message(time) if time.full_name() == "google.protobuf.Timestamp" => Some(
            "a time of the years 1 to 9999 as RFC 3339 writes it, such as 2025-10-01T08:00:00Z".to_owned(),
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTION: &str = "samad.agency.v1.ActionPublished";

    #[test]
    fn the_field_at_fault_is_named_whatever_stands_beside_it() {
        for (json, field) in [
            (r#"{"kind": "ACCEPTED", "text": "x"}"#, Some("kind")),
            (r#"{"a_field_of_tomorrow": 1, "extensionDays": -1}"#, Some("extension_days")),
            (r#"{"acted_at": "yesterday"}"#, Some("acted_at")),
            (r#"{"text": 7}"#, Some("text")),
            (r#"{"kind": "ACTION_KIND_ACCEPTED"}"#, None),
            (r#"["kind"]"#, None),
            (r#"{"kind": "#, None),
        ] {
            assert_eq!(field_at_fault(ACTION, json.as_bytes()).as_deref(), field, "{json}");
        }
    }

    #[test]
    fn of_every_field_of_an_action_it_is_said_what_it_must_be() {
        for field in descriptor(ACTION).unwrap().fields() {
            assert!(expected(ACTION, field.name()).is_some(), "{}", field.name());
        }
        assert!(expected(ACTION, "kind").unwrap().ends_with("ACTION_KIND_DOCUMENTS_ASKED"));
        assert_eq!(expected(ACTION, "a_field_of_tomorrow"), None);
    }
}
