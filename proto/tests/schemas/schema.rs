//! JSON Schema 2020-12 of the protobuf JSON mapping of a message, as Samad writes and reads it.

use std::sync::LazyLock;

use prost_reflect::prost_types::source_code_info::Location;
use prost_reflect::{
    DescriptorPool, EnumDescriptor, EnumValueDescriptor, FieldDescriptor, FileDescriptor, Kind,
    MessageDescriptor,
};
use serde_json::{Map, Value, json};

use crate::meets::Met;

static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(contracts::DESCRIPTORS).unwrap());

/// The schema of a message with those it is made of.
pub fn of(met: &Met) -> Value {
    let message = POOL.get_message_by_name(met.message).expect("a message of the contracts");
    let mut writer = Writer { is_said: met.said.is_some(), definitions: Map::new() };
    let mut schema = writer.message(&message);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["$id"] = json!(format!("urn:samad:schema:{}", met.message));
    schema["title"] = json!(message.name());
    if let Some(required) = met.said {
        schema["required"] = json!(required);
    }
    schema["examples"] = json!([met.example()]);
    if !writer.definitions.is_empty() {
        schema["$defs"] = Value::Object(writer.definitions);
    }
    schema
}

/// What the message is for, in the words of its contract.
pub fn description(met: &Met) -> String {
    let message = POOL.get_message_by_name(met.message).expect("a message of the contracts");
    comment(&message.parent_file(), message.path())
}

struct Writer {
    is_said: bool,
    definitions: Map<String, Value>,
}

impl Writer {
    fn message(&mut self, message: &MessageDescriptor) -> Value {
        let fields: Map<String, Value> = message
            .fields()
            .map(|field| {
                let mut schema = self.field(&field);
                described(&mut schema, &comment(&field.parent_file(), field.path()));
                (field.name().to_owned(), schema)
            })
            .collect();
        // Other fields may come: contracts grow, and what is not known is passed over.
        let mut schema = json!({"type": "object", "properties": fields});
        described(&mut schema, &comment(&message.parent_file(), message.path()));
        schema
    }

    fn field(&mut self, field: &FieldDescriptor) -> Value {
        let one = self.one(field);
        if field.is_list() { json!({"type": "array", "items": one}) } else { one }
    }

    fn one(&mut self, field: &FieldDescriptor) -> Value {
        match field.kind() {
            Kind::String => json!({"type": "string"}),
            Kind::Bool => json!({"type": "boolean"}),
            Kind::Uint32 => json!({"type": "integer", "minimum": 0, "maximum": u32::MAX}),
            Kind::Enum(words) => self.words(&words),
            Kind::Message(time) if time.full_name() == "google.protobuf.Timestamp" => {
                json!({"type": "string", "format": "date-time"})
            }
            Kind::Message(message) => {
                if !self.definitions.contains_key(message.name()) {
                    let schema = self.message(&message);
                    self.definitions.insert(message.name().to_owned(), schema);
                }
                json!({"$ref": format!("#/$defs/{}", message.name())})
            }
            kind => panic!("{}: say here how JSON has {kind:?}", field.full_name()),
        }
    }

    /// What an agency says must be one of the words; what it hears may be one of tomorrow.
    fn words(&self, words: &EnumDescriptor) -> Value {
        let values: Vec<_> = words.values().filter(|value| value.number() != 0).collect();
        let names: Vec<&str> = values.iter().map(EnumValueDescriptor::name).collect();
        let mut schema = if self.is_said {
            json!({"enum": names})
        } else {
            json!({"type": ["string", "integer"], "examples": names})
        };
        let explained = values.iter().map(|value| {
            let said = comment(&value.parent_enum().parent_file(), value.path());
            if said.is_empty() { value.name().to_owned() } else { format!("{}: {said}", value.name()) }
        });
        described(&mut schema, &explained.collect::<Vec<_>>().join("; "));
        schema
    }
}

/// Adds what is said of it, before what its kind says.
fn described(schema: &mut Value, said: &str) {
    let before = schema["description"].as_str().unwrap_or_default();
    let all: Vec<&str> = [said, before].into_iter().filter(|part| !part.is_empty()).collect();
    if !all.is_empty() {
        schema["description"] = json!(all.join(" "));
    }
}

/// The comment that stands before what lies at `path` of the file, on one line.
fn comment(file: &FileDescriptor, path: &[i32]) -> String {
    let source = file.file_descriptor_proto().source_code_info.as_ref();
    let here = source.and_then(|source| source.location.iter().find(|location| location.path == path));
    let said = here.map(Location::leading_comments).unwrap_or_default();
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}
