//! A fact on the wire: CloudEvents attributes as headers, data as payload.

use std::borrow::Cow;

use async_nats::HeaderMap;
use bytes::Bytes;
use contracts::json::PROTOBUF;
use contracts::{Fact, FactId, FactName};
use jiff::Timestamp;
use opentelemetry::propagation::{Extractor, Injector};
use opentelemetry::trace::TraceContextExt;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// What a header's value may not hold as it is (CloudEvents 1.0, NATS binding §3.1.3.2); beyond ASCII nothing may.
const NOT_PLAIN: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%');

/// One fact with what the wire says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// `ce-id` and `Nats-Msg-Id`.
    pub id: FactId,
    /// `<owner>.v1.<name>.<province>.<agency>.<shard>`.
    pub subject: String,
    /// `ce-subject`: the id of what the fact is about, by which facts are kept in order; empty: nothing single.
    pub about: String,
    /// `ce-type`: the message's full name.
    pub message: String,
    /// `ce-time`: when it happened.
    pub time: Timestamp,
    /// `ce-datacontenttype`.
    pub content_type: String,
    /// W3C trace context of the work that stated it.
    pub traceparent: Option<String>,
    /// The fact itself.
    pub data: Bytes,
}

/// Why a message is no fact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// A header is missing.
    #[error("the header {0} is missing")]
    Missing(&'static str),
    /// A header cannot be read.
    #[error("the header {0} cannot be read")]
    Unreadable(&'static str),
    /// The subject is not that of a fact.
    #[error("the subject is not <owner>.v1.<fact>.<province>.<agency>.<shard>")]
    Subject,
}

impl Envelope {
    /// A fact that happened at `time`, in protobuf.
    #[must_use]
    pub fn of<F: Fact>(id: FactId, time: Timestamp, fact: &F) -> Self {
        Envelope {
            id,
            subject: fact.subject(),
            about: fact.key().to_owned(),
            message: F::NAME.message.to_owned(),
            time,
            content_type: PROTOBUF.to_owned(),
            traceparent: None,
            data: fact.encode_to_vec().into(),
        }
    }

    /// The headers this fact is published with, all in ASCII.
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        let id = self.id.to_string();
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", id.as_str());
        headers.insert("ce-specversion", "1.0");
        headers.insert("ce-id", id.as_str());
        headers.insert("ce-type", self.message.as_str());
        headers.insert("ce-source", format!("/samad/{}", self.subject.split('.').next().unwrap_or_default()));
        headers.insert("ce-time", self.time.to_string());
        headers.insert("ce-datacontenttype", self.content_type.as_str());
        if !self.about.is_empty() {
            headers.insert("ce-subject", utf8_percent_encode(&self.about, NOT_PLAIN).to_string());
        }
        if let Some(traceparent) = &self.traceparent {
            headers.insert("traceparent", traceparent.as_str());
        }
        headers
    }

    /// The fact as CloudEvents has it in structured mode, with its `data` as JSON: for whoever is reached otherwise than by
    /// the bus.
    #[must_use]
    pub fn structured(&self, data: &serde_json::Value) -> serde_json::Value {
        let mut event = serde_json::json!({
            "specversion": "1.0",
            "id": self.id.to_string(),
            "source": format!("/samad/{}", self.subject.split('.').next().unwrap_or_default()),
            "type": self.message,
            "subject": self.about,
            "time": self.time.to_string(),
            "datacontenttype": contracts::json::JSON,
            "data": data,
        });
        if let Some(traceparent) = &self.traceparent {
            event["traceparent"] = traceparent.as_str().into();
        }
        event
    }

    /// Reads a message from the wire; header names in any case.
    pub fn read(subject: &str, headers: Option<&HeaderMap>, data: Bytes) -> Result<Self, EnvelopeError> {
        let headers = headers.ok_or(EnvelopeError::Missing("ce-id"))?;
        let text = |name: &'static str| header(headers, name).ok_or(EnvelopeError::Missing(name));
        let about = header(headers, "ce-subject").map(|about| percent_decode_str(about).decode_utf8());
        let envelope = Envelope {
            id: text("ce-id")?.parse().map_err(|_| EnvelopeError::Unreadable("ce-id"))?,
            subject: subject.to_owned(),
            about: about
                .transpose()
                .map_err(|_| EnvelopeError::Unreadable("ce-subject"))?
                .map_or_else(|| last_token(subject), Cow::into_owned),
            message: text("ce-type")?.to_owned(),
            time: text("ce-time")?.parse().map_err(|_| EnvelopeError::Unreadable("ce-time"))?,
            content_type: header(headers, "ce-datacontenttype").unwrap_or_default().to_owned(),
            traceparent: header(headers, "traceparent").map(ToOwned::to_owned),
            data,
        };
        if subject.split('.').count() != 6 || subject.split('.').nth(1) != Some("v1") {
            return Err(EnvelopeError::Subject);
        }
        Ok(envelope)
    }

    /// The fact's name on the bus: the subject's third token.
    #[must_use]
    pub fn name(&self) -> &str {
        self.subject.split('.').nth(2).unwrap_or_default()
    }

    /// Whether this is a fact of that name.
    #[must_use]
    pub fn is(&self, fact: FactName) -> bool {
        self.message == fact.message
    }
}

/// What a fact is about that has no `ce-subject`: those of before were published on a subject that ended in it.
fn last_token(subject: &str) -> String {
    subject.rsplit('.').next().unwrap_or_default().to_owned()
}

/// A header's value whatever the case of its name (CloudEvents says any, NATS keeps it).
#[must_use]
pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    if let Some(value) = headers.get(name) {
        return Some(value.as_str());
    }
    let mut others = headers.iter().filter(|(key, _)| AsRef::<str>::as_ref(key).eq_ignore_ascii_case(name));
    others.next().and_then(|(_, values)| values.first()).map(async_nats::HeaderValue::as_str)
}

/// Kept headers (of a dead letter) as the wire has them.
#[must_use]
pub fn headers<'a>(kept: impl IntoIterator<Item = (&'a String, &'a String)>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in kept {
        headers.insert(name.as_str(), value.as_str());
    }
    headers
}

struct Parent(Option<String>);

impl Injector for Parent {
    fn set(&mut self, key: &str, value: String) {
        if key == "traceparent" {
            self.0 = Some(value);
        }
    }
}

impl Extractor for Parent {
    fn get(&self, key: &str) -> Option<&str> {
        (key == "traceparent").then_some(self.0.as_deref()).flatten()
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}

/// The trace of the current span, as facts carry it; `None` where nothing is traced.
#[must_use]
pub fn current_traceparent() -> Option<String> {
    let context = tracing::Span::current().context();
    if !context.span().span_context().is_valid() {
        return None;
    }
    let mut parent = Parent(None);
    opentelemetry::global::get_text_map_propagator(|p| p.inject_context(&context, &mut parent));
    parent.0
}

/// Links a batch's span to the trace a fact came from.
pub fn link_to(span: &tracing::Span, traceparent: Option<&str>) {
    if let Some(traceparent) = traceparent {
        let parent = Parent(Some(traceparent.to_owned()));
        let context = opentelemetry::global::get_text_map_propagator(|p| p.extract(&parent));
        span.add_link(context.span().span_context().clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Envelope {
        Envelope {
            id: FactId(uuid::Uuid::from_u128(7)),
            subject: "routing.v1.referral_issued.fars.fa-water.1".into(),
            about: "0192 \u{6af}\u{627}\u{632}%".into(),
            message: "samad.routing.v1.ReferralIssued".into(),
            time: "2025-03-21T04:00:00.000001Z".parse().unwrap(),
            content_type: "application/protobuf".into(),
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into()),
            data: Bytes::from_static(b"data"),
        }
    }

    #[test]
    fn a_fact_reads_back() {
        let fact = sample();
        assert_eq!(Envelope::read(&fact.subject, Some(&fact.headers()), fact.data.clone()), Ok(fact));
    }

    #[test]
    fn what_a_fact_is_about_travels_in_ascii_and_was_once_the_end_of_its_subject() {
        let fact = sample();
        let mut headers = fact.headers();
        assert_eq!(headers.get("ce-subject").unwrap().as_str(), "0192%20%DA%AF%D8%A7%D8%B2%25");
        headers.insert("ce-subject", "%FF");
        let unreadable = Envelope::read(&fact.subject, Some(&headers), Bytes::new());
        assert_eq!(unreadable, Err(EnvelopeError::Unreadable("ce-subject")));
        let before = Envelope { about: String::new(), ..fact };
        let subject = "routing.v1.referral_issued.fars.fa-water.0192";
        let read = Envelope::read(subject, Some(&before.headers()), Bytes::new()).unwrap();
        assert_eq!(read.about, "0192");
    }

    #[test]
    fn a_fact_has_a_structured_form() {
        let event = sample().structured(&serde_json::json!({"round": 1}));
        assert_eq!(
            (&event["source"], &event["subject"]),
            (&"/samad/routing".into(), &"0192 \u{6af}\u{627}\u{632}%".into())
        );
        assert_eq!(
            (&event["type"], &event["data"]["round"]),
            (&"samad.routing.v1.ReferralIssued".into(), &1.into())
        );
        assert!(event["traceparent"].as_str().unwrap().starts_with("00-0af7"));
    }

    #[test]
    fn header_names_are_read_in_any_case() {
        let fact = sample();
        let mut shouted = HeaderMap::new();
        for (name, values) in fact.headers().iter() {
            shouted.insert(name.to_string().to_uppercase().as_str(), values[0].as_str());
        }
        assert_eq!(Envelope::read(&fact.subject, Some(&shouted), fact.data.clone()), Ok(fact));
    }

    #[test]
    fn what_is_no_fact_is_named() {
        let fact = sample();
        assert_eq!(Envelope::read(&fact.subject, None, Bytes::new()), Err(EnvelopeError::Missing("ce-id")));
        let mut headers = fact.headers();
        headers.insert("ce-id", "seven");
        assert_eq!(
            Envelope::read(&fact.subject, Some(&headers), Bytes::new()),
            Err(EnvelopeError::Unreadable("ce-id"))
        );
        assert_eq!(Envelope::read("a.b", Some(&fact.headers()), Bytes::new()), Err(EnvelopeError::Subject));
    }
}
