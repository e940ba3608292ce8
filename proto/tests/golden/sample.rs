//! One message with a fixed value.

use contracts::{Fact, json};
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, ReflectMessage, Value};

/// Bytes of hex on a line.
const LINE: usize = 32;

/// Reads bytes of a content type and says whether they are the sample's value.
type ReadsBack = Box<dyn Fn(&str, &[u8]) -> bool>;

/// A message, its value written, and how to recognise the value when it is read.
pub struct Sample {
    /// The golden files' name.
    pub name: &'static str,
    /// The message's full name.
    pub message: &'static str,
    bytes: Vec<u8>,
    reads_back: ReadsBack,
}

impl Sample {
    /// A fact; its files bear its name on the bus.
    pub fn fact<F: Fact + PartialEq>(value: F) -> Self {
        Self::message(F::NAME.name, F::NAME.message, value)
    }

    /// A message that is no fact of the catalogue but crosses a wall too.
    pub fn message<M>(name: &'static str, message: &'static str, value: M) -> Self
    where
        M: Message + Default + PartialEq + 'static,
    {
        let bytes = value.encode_to_vec();
        let reads_back = move |content_type: &str, data: &[u8]| {
            json::read::<M>(message, content_type, data).is_ok_and(|read| read == value)
        };
        Self { name, message, bytes, reads_back: Box::new(reads_back) }
    }

    /// Its bytes in hexadecimal, in lines.
    pub fn hex(&self) -> String {
        let line = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>() + "\n";
        self.bytes.chunks(LINE).map(line).collect()
    }

    /// Its protobuf JSON mapping.
    pub fn json(&self) -> serde_json::Value {
        json::to_json(self.message, &self.bytes).expect("a message of the contracts")
    }

    pub fn is_read_from_protobuf(&self, bytes: &[u8]) -> bool {
        (self.reads_back)(json::PROTOBUF, bytes)
    }

    pub fn is_read_from_json(&self, text: &[u8]) -> bool {
        (self.reads_back)(json::JSON, text)
    }

    /// The fields, also of messages within, that the value leaves at their default: their bytes would not be pinned.
    pub fn empty_fields(&self) -> Vec<String> {
        let pool = DescriptorPool::decode(contracts::DESCRIPTORS).expect("the contracts' descriptors");
        let message = pool.get_message_by_name(self.message).expect("a message of the contracts");
        let value = DynamicMessage::decode(message, self.bytes.as_slice()).expect("what was just encoded");
        empty_fields(&value)
    }
}

fn empty_fields(value: &DynamicMessage) -> Vec<String> {
    let mut empty = Vec::new();
    for field in value.descriptor().fields() {
        if !value.has_field(&field) {
            empty.push(field.full_name().to_owned());
        } else if let Value::Message(within) = value.get_field(&field).as_ref()
            && within.descriptor().package_name().starts_with("samad.")
        {
            empty.extend(empty_fields(within));
        }
    }
    empty
}

/// The bytes that [`Sample::hex`] wrote.
pub fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let byte = |pair: &[char]| u8::from_str_radix(&String::from_iter(pair), 16).expect("hexadecimal");
    digits.chunks(2).map(byte).collect()
}
