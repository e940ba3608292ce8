//! The services' side of the broker: what each may say and hear, and what agencies may ask for.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::claims;

/// What an agency asks of the hub: (as the hub sees it, with the agency's code in the place of `CODE`; as the agency
/// says it; how many answers follow). Its own account has no `JetStream`: it sees the hub's under `GOV.API`.
pub(crate) const WAYS: [(&str, &str, &str); 4] = [
    ("agency.v1.CODE.action_published.*", "agency.action_published.*", "Singleton"),
    ("$JS.API.CONSUMER.MSG.NEXT.ROUTING.CODE", "GOV.API.CONSUMER.MSG.NEXT.ROUTING.CODE", "Stream"),
    ("$JS.API.CONSUMER.INFO.ROUTING.CODE", "GOV.API.CONSUMER.INFO.ROUTING.CODE", "Singleton"),
    ("$JS.ACK.ROUTING.CODE.>", "$JS.ACK.ROUTING.CODE.>", "Singleton"),
];

/// How long the broker keeps the way back for an answer, in nanoseconds: longer than any adapter waits for a verdict. Those
/// of a flood are never answered.
const ANSWERED_WITHIN_NS: u64 = 30_000_000_000;

/// A service on the bus: it alone states its facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// The owner of its stream and the name of its consumers.
    pub name: &'static str,
    /// Whose facts it hears.
    pub hears: &'static [&'static str],
}

/// The five.
pub const SERVICES: [Service; 5] = [
    Service { name: "intake", hears: &["routing", "deadline"] },
    Service { name: "routing", hears: &["intake"] },
    Service { name: "deadline", hears: &["intake", "routing"] },
    Service { name: "notification", hears: &["intake", "routing", "deadline", "audit"] },
    Service { name: "audit", hears: &["intake", "routing", "deadline", "notification"] },
];

impl Service {
    /// What it may say and hear. It may make its own stream and its own consumers, and change nobody else's.
    pub(crate) fn permissions(&self) -> Value {
        let name = self.name;
        let stream = name.to_uppercase();
        let mut say = vec![
            format!("{name}.v1.>"),
            format!("$JS.API.STREAM.INFO.{stream}"),
            format!("$JS.API.STREAM.CREATE.{stream}"),
        ];
        let mut hear = vec![format!("_INBOX_{name}.>")];
        for other in self.hears.iter().map(|owner| owner.to_uppercase()) {
            say.extend([
                format!("$JS.API.STREAM.INFO.{other}"),
                format!("$JS.API.CONSUMER.CREATE.{other}.{name}"),
                format!("$JS.API.CONSUMER.INFO.{other}.{name}"),
                format!("$JS.API.CONSUMER.MSG.NEXT.{other}.{name}"),
                format!("$JS.ACK.{other}.{name}.>"),
            ]);
        }
        if name == "routing" {
            // It makes agencies' consumers on its own stream, hears their actions, and answers into other accounts.
            say.extend(["$JS.API.CONSUMER.CREATE.ROUTING.*".to_owned(), "_R_.>".to_owned()]);
            hear.push("agency.v1.*.action_published.*".to_owned());
        }
        claims::permissions(&say, &hear)
    }
}

/// The account that the services share: streams, and the four ways by which agencies come in. What services signed in
/// with before `now` is refused: each start of a system makes it anew, so that what leaked is worth nothing after one.
pub(crate) fn account(now: Timestamp) -> Value {
    let mut account = claims::with_streams(claims::account());
    let exports = WAYS.map(|(subject, _, answers)| {
        let subject = subject.replace("CODE", "*");
        let mut export =
            json!({"name": subject, "subject": subject, "type": "service", "response_type": answers});
        if answers == "Singleton" {
            export["response_threshold"] = json!(ANSWERED_WITHIN_NS);
        }
        export
    });
    account["exports"] = json!(exports);
    // Up to and with this second; what is signed at `now` counts.
    account["revocations"] = json!({"*": now.as_second() - 1});
    account
}
