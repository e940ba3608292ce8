//! What is posted: a fact as a CloudEvent in JSON.

use anyhow::{Context, Result};
use bus::Envelope;
use contracts::json::{self, ReadError};
use contracts::{Fact, routing};
use serde_json::Value;

/// A fact on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// The fact's id: the same however often it is posted.
    pub id: String,
    /// The referral it is about: its facts are posted one after the other.
    pub referral: String,
    /// Whether taking it means that the agency has a referral in hand.
    pub is_referral: bool,
    /// The CloudEvent.
    pub body: String,
}

impl Event {
    /// The fact in `envelope` as it is posted; none where it is younger than this adapter and came as protobuf.
    ///
    /// # Errors
    /// When the data is not what the envelope says.
    pub fn read(envelope: &Envelope) -> Result<Option<Self>> {
        let read = match envelope.content_type.as_str() {
            json::JSON => serde_json::from_slice::<Value>(&envelope.data).map_err(ReadError::from),
            _ => json::to_json(&envelope.message, &envelope.data),
        };
        let data = match read {
            Err(ReadError::UnknownMessage(_)) => return Ok(None),
            read => read.context("what was delivered is no fact")?,
        };
        Ok(Some(Event {
            id: envelope.id.to_string(),
            referral: envelope.about.clone(),
            is_referral: envelope.is(routing::ReferralIssued::NAME),
            body: envelope.structured(&data).to_string(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use contracts::routing::ReferralIssued;

    use super::*;

    fn envelope(content_type: &str) -> Envelope {
        let fact = ReferralIssued {
            referral_id: "0199".into(),
            province: "fars".into(),
            agency: "fa-gas".into(),
            statement: "بوی گاز می‌آید".into(),
            ..Default::default()
        };
        let id = "01995f00-0000-7000-8000-000000000001".parse().unwrap();
        let said = Envelope::of(id, "2025-10-01T04:30:00Z".parse().unwrap(), &fact);
        Envelope {
            content_type: content_type.into(),
            data: json::write(ReferralIssued::NAME.message, content_type, &fact).unwrap().into(),
            ..said
        }
    }

    #[test]
    fn in_either_format_a_fact_is_the_same_event() {
        let of = |content_type| Event::read(&envelope(content_type)).unwrap().unwrap();
        let event = of(json::PROTOBUF);
        assert_eq!(event, of(json::JSON));
        assert!(event.is_referral && event.referral == "0199");
        let body: Value = serde_json::from_str(&event.body).unwrap();
        assert_eq!(body["type"], "samad.routing.v1.ReferralIssued");
        assert_eq!((&body["subject"], &body["time"]), (&"0199".into(), &"2025-10-01T04:30:00Z".into()));
        assert_eq!(body["data"]["statement"], "بوی گاز می‌آید");
    }

    #[test]
    fn a_younger_fact_is_passed_over_and_rubbish_is_an_error() {
        let younger = Envelope { message: "samad.routing.v1.Tomorrow".into(), ..envelope(json::PROTOBUF) };
        assert_eq!(Event::read(&younger).unwrap(), None);
        let rubbish = Envelope { data: b"\xff\xff".as_slice().into(), ..envelope(json::PROTOBUF) };
        assert!(Event::read(&rubbish).is_err());
    }
}
