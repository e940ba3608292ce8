//! A verdict that comes before routing's: the first that is heard counts, so an adapter is told what a broken network,
//! or a Samad of tomorrow, might tell it. What routing makes of the action stands.

use async_nats::{Client, HeaderMap, Subject};
use contracts::agency::{ActionVerdict, Refusal};
use contracts::json::{self, JSON, PROTOBUF};
use serde_json::{Value, json};

use super::change::UNKNOWN_FIELD;
use super::log::Action;

/// A verdict's name in the contracts.
const VERDICT: &str = "samad.agency.v1.ActionVerdict";

/// What the adapter is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Bytes that are no verdict.
    Garbage,
    /// Neither yes nor no.
    Nothing,
    /// To try again: Samad's fault.
    TryAgain,
    /// No, for a reason of which the adapter has never heard.
    NoOfTomorrow,
    /// Yes, and something of which it has never heard.
    YesOfTomorrow,
}

/// See the module: the next action on that referral is answered so.
#[derive(Clone)]
pub struct Ambush {
    pub referral: String,
    pub told: Told,
}

impl Ambush {
    pub(super) fn awaits(&self, action: &Action) -> bool {
        action.subject == self.referral
    }

    /// A no for good is said again as often as it is asked.
    pub(super) fn lasts(&self) -> bool {
        self.told == Told::NoOfTomorrow
    }

    pub(super) async fn answer(&self, client: &Client, reply: Subject, action: &Action) {
        let format = if action.format == JSON { JSON } else { PROTOBUF };
        let action_id = action.known().map(|(id, _)| id.to_owned()).unwrap_or_default();
        let mut headers = HeaderMap::new();
        headers.insert("ce-datacontenttype", format);
        // Should it not leave, routing's own verdict is heard, and the check tries again.
        if client
            .publish_with_headers(reply, headers, body(self.told, action_id, format).into())
            .await
            .is_ok()
        {
            let _ = client.flush().await;
        }
    }
}

fn body(told: Told, action_id: String, format: &str) -> Vec<u8> {
    let refusal = |code: &str, retryable| Refusal {
        code: code.to_owned(),
        message: "Said by `samad conformance run`.".to_owned(),
        message_fa: "این پاسخ آزمایشی است.".to_owned(),
        retryable,
        ..Default::default()
    };
    let (recorded, refusal) = match told {
        Told::Garbage => return b"\xff\xfe no verdict".to_vec(),
        Told::Nothing => (false, None),
        Told::TryAgain => (false, Some(refusal("try_again", true))),
        Told::NoOfTomorrow => (false, Some(refusal("a_reason_of_tomorrow", false))),
        Told::YesOfTomorrow => (true, None),
    };
    let verdict = ActionVerdict { action_id, recorded, refusal };
    let mut body = json::write(VERDICT, format, &verdict).unwrap_or_default();
    if told == Told::YesOfTomorrow {
        body = match serde_json::from_slice::<Value>(&body) {
            Ok(mut value) if format == JSON => {
                value["a_field_of_tomorrow"] = json!({"of": ["any", "shape"]});
                value.to_string().into_bytes()
            }
            _ => [body.as_slice(), UNKNOWN_FIELD].concat(),
        };
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(told: Told, format: &str) -> Result<ActionVerdict, json::ReadError> {
        json::read(VERDICT, format, &body(told, "a".to_owned(), format))
    }

    #[test]
    fn each_verdict_says_what_it_is_meant_to_in_either_format() {
        for format in [JSON, PROTOBUF] {
            assert!(read(Told::Garbage, format).is_err());
            assert_eq!(read(Told::Nothing, format).unwrap().refusal, None);
            assert!(read(Told::TryAgain, format).unwrap().refusal.unwrap().retryable);
            assert!(!read(Told::NoOfTomorrow, format).unwrap().refusal.unwrap().retryable);
            let yes = read(Told::YesOfTomorrow, format).unwrap();
            assert!(yes.recorded && yes.action_id == "a", "{format}");
            assert!(body(Told::YesOfTomorrow, String::new(), format).len() > 3, "{format}");
        }
    }
}
