//! The protobuf JSON mapping of every message, so that any language joins without a code generator.

use std::sync::LazyLock;

use prost::Message;
use prost_reflect::{
    DescriptorPool, DeserializeOptions, DynamicMessage, MessageDescriptor, SerializeOptions,
};

/// CloudEvents `datacontenttype` of protobuf and of JSON data.
pub const PROTOBUF: &str = "application/protobuf";
/// See [`PROTOBUF`].
pub const JSON: &str = "application/json";

static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    DescriptorPool::decode(crate::DESCRIPTORS).expect("the descriptors were written by this crate's build")
});

/// The format that a message states, by CloudEvents or as everywhere else, without parameters; `header` finds a header
/// whatever the case of its letters. Where it states none, JSON is known by the letter that it begins with: no action in
/// protobuf begins so. Empty: protobuf.
pub fn stated<'a>(header: impl Fn(&str) -> Option<&'a str>, data: &[u8]) -> &'a str {
    let stated = header("ce-datacontenttype").or_else(|| header("content-type"));
    match stated.unwrap_or_default().split(';').next().unwrap_or_default().trim() {
        "" if data.trim_ascii_start().starts_with(b"{") => JSON,
        stated => stated,
    }
}

/// Data that cannot be read as the message it claims to be.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No such message in the contracts.
    #[error("no message is called {0}")]
    UnknownMessage(String),
    /// Neither protobuf nor JSON.
    #[error("content type {0} is neither application/protobuf nor application/json")]
    UnknownContentType(String),
    /// Not protobuf of that message.
    #[error("not a protobuf message of its type: {0}")]
    Protobuf(#[from] prost::DecodeError),
    /// Not JSON of that message; names the place.
    #[error("not the JSON mapping of its type: {0}")]
    Json(#[from] serde_json::Error),
}

pub(crate) fn descriptor(message: &str) -> Result<MessageDescriptor, ReadError> {
    POOL.get_message_by_name(message).ok_or_else(|| ReadError::UnknownMessage(message.to_owned()))
}

/// `data` (protobuf) of the named message as a JSON value; 64-bit numbers as strings, as the mapping says.
pub fn to_json(message: &str, data: &[u8]) -> Result<serde_json::Value, ReadError> {
    let dynamic = DynamicMessage::decode(descriptor(message)?, data)?;
    let options = SerializeOptions::new().use_proto_field_name(true);
    Ok(dynamic.serialize_with_options(serde_json::value::Serializer, &options)?)
}

/// Reads one message of type `M`, whose full name is `message`, from protobuf or JSON.
/// Fields that `M` does not know are ignored, so that a newer sender is understood.
pub fn read<M: Message + Default>(message: &str, content_type: &str, data: &[u8]) -> Result<M, ReadError> {
    match content_type {
        PROTOBUF | "" => Ok(M::decode(data)?),
        JSON => Ok(M::decode(protobuf_of(message, data)?.as_slice())?),
        other => Err(ReadError::UnknownContentType(other.to_owned())),
    }
}

/// Writes a message in the asked format.
pub fn write<M: Message>(message: &str, content_type: &str, value: &M) -> Result<Vec<u8>, ReadError> {
    match content_type {
        PROTOBUF | "" => Ok(value.encode_to_vec()),
        JSON => Ok(serde_json::to_vec(&to_json(message, &value.encode_to_vec())?)?),
        other => Err(ReadError::UnknownContentType(other.to_owned())),
    }
}

fn protobuf_of(message: &str, json: &[u8]) -> Result<Vec<u8>, ReadError> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let options = DeserializeOptions::new().deny_unknown_fields(false);
    let dynamic = DynamicMessage::deserialize_with_options(descriptor(message)?, &mut reader, &options)?;
    reader.end()?;
    Ok(dynamic.encode_to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Fact, routing::ReferralIssued};

    #[test]
    fn json_reads_back_with_persian_text_and_unknown_fields() {
        let name = ReferralIssued::NAME.message;
        let issued = ReferralIssued {
            statement: "آب کوچه قطع است".into(),
            round: 2,
            issued_at: Some(prost_types::Timestamp { seconds: 1_760_000_000, nanos: 0 }),
            ..Default::default()
        };
        let mut value: serde_json::Value =
            serde_json::from_slice(&write(name, JSON, &issued).unwrap()).unwrap();
        assert_eq!(value["issued_at"], "2025-10-09T08:53:20Z");
        value["a_field_of_tomorrow"] = 1.into();
        let back: ReferralIssued = read(name, JSON, value.to_string().as_bytes()).unwrap();
        assert_eq!(back, issued);
    }

    #[test]
    fn a_format_is_known_by_either_header_or_by_its_first_letter() {
        let of = |name: &'static str, value: &'static str, data: &[u8]| {
            stated(|asked| (asked == name).then_some(value), data).to_owned()
        };
        assert_eq!(of("ce-datacontenttype", PROTOBUF, b"{}"), PROTOBUF);
        assert_eq!(of("content-type", "application/json; charset=utf-8", b""), JSON);
        assert_eq!([of("", "", b" {}"), of("", "", b"\x0a\x01a")], [JSON, ""]);
        assert_eq!(of("content-type", "text/plain", b"{}"), "text/plain");
    }

    #[test]
    fn rubbish_is_named_not_swallowed() {
        let name = ReferralIssued::NAME.message;
        assert!(matches!(read::<ReferralIssued>(name, JSON, b"{\"round\":\"x\"}"), Err(ReadError::Json(_))));
        assert!(matches!(read::<ReferralIssued>(name, PROTOBUF, b"\xff\xff"), Err(ReadError::Protobuf(_))));
        assert!(matches!(
            read::<ReferralIssued>(name, "text/plain", b""),
            Err(ReadError::UnknownContentType(_))
        ));
    }
}
