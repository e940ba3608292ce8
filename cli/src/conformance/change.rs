//! A fact of routing's as it might be said on another day: once more, or by a Samad of tomorrow.

use anyhow::{Context, Result};
use async_nats::HeaderMap;
use bytes::Bytes;
use contracts::Fact;
use contracts::json::{self, JSON};
use contracts::routing::ReferralIssued;
use serde_json::{Value, json};

/// Field 1,000 with the number 1, as protobuf writes it.
pub const UNKNOWN_FIELD: &[u8] = &[0xC0, 0x3E, 0x01];
/// A kind of contact that does not exist yet.
const KIND_OF_TOMORROW: i32 = 99;

/// What is different in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing: the same fact, delivered again.
    Repeat,
    /// A field of which the adapter has never heard.
    UnknownField,
    /// A value of which it has never heard.
    UnknownKind,
}

impl Change {
    /// The fact's headers as they are sent again: without the broker's own, by which it would drop a repeat.
    #[must_use]
    pub fn headers(headers: &HeaderMap) -> HeaderMap {
        let mut again = HeaderMap::new();
        for (name, values) in headers.iter().filter(|(name, _)| !name.to_string().starts_with("Nats-")) {
            for value in values {
                again.append(name.clone(), value.clone());
            }
        }
        again
    }

    /// The referral's body with the change in it, in the format that its headers name.
    ///
    /// # Errors
    /// When it is no referral.
    pub fn body(self, headers: &HeaderMap, data: &Bytes) -> Result<Bytes> {
        let format = bus::header(headers, "ce-datacontenttype").unwrap_or_default();
        let name = ReferralIssued::NAME.message;
        Ok(match self {
            Change::Repeat => data.clone(),
            Change::UnknownField if format == JSON => {
                let mut value: Value = serde_json::from_slice(data).context("a referral in JSON")?;
                value["a_field_of_tomorrow"] = json!({"of": ["any", "shape"]});
                value.to_string().into()
            }
            Change::UnknownField => [data, UNKNOWN_FIELD].concat().into(),
            Change::UnknownKind => {
                let mut referral: ReferralIssued = json::read(name, format, data)?;
                referral.kind = KIND_OF_TOMORROW;
                json::write(name, format, &referral)?.into()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_referral_is_still_the_same_referral_in_either_format() {
        let name = ReferralIssued::NAME.message;
        let referral = ReferralIssued { referral_id: "r".to_owned(), kind: 1, ..Default::default() };
        for format in [JSON, json::PROTOBUF] {
            let mut headers = HeaderMap::new();
            headers.insert("ce-datacontenttype", format);
            headers.insert("Nats-Msg-Id", "id");
            assert_eq!(Change::headers(&headers).len(), 1);
            let data: Bytes = json::write(name, format, &referral).unwrap().into();
            for (change, kind) in [(Change::Repeat, 1), (Change::UnknownField, 1), (Change::UnknownKind, 99)]
            {
                let body = change.body(&headers, &data).unwrap();
                let read: ReferralIssued = json::read(name, format, &body).unwrap();
                assert_eq!((read.referral_id.as_str(), read.kind), ("r", kind), "{format} {change:?}");
                assert_eq!(body == data, change == Change::Repeat, "{format} {change:?}");
            }
        }
    }
}
