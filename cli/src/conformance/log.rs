//! What the broker sees of an adapter, in order: the actions that it hands in, and its words on deliveries.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use async_nats::{Client, Message};
use bytes::Bytes;
use contracts::agency::{ActionKind, ActionPublished};
use contracts::json;
use futures_util::{StreamExt, stream};

use super::ambush::Ambush;

/// An action's name in the contracts.
const ACTION: &str = "samad.agency.v1.ActionPublished";
/// So much is remembered of one run: forty checks leave some hundreds, a flooding adapter no more than this.
const LONGEST: usize = 20_000;

/// A request by which the adapter hands an action in.
#[derive(Debug, Clone)]
pub struct Action {
    /// The referral that its subject names.
    pub subject: String,
    /// Its format as routing understands it; empty when it says none.
    pub format: String,
    /// What it says, or why it cannot be read.
    pub message: Result<ActionPublished, String>,
}

impl Action {
    fn read(message: &Message) -> Self {
        let subject = message.subject.rsplit('.').next().unwrap_or_default().to_owned();
        let headers = message.headers.as_ref();
        let format = json::stated(|name| bus::header(headers?, name), &message.payload).to_owned();
        let read = json::read(ACTION, &format, &message.payload).map_err(|error| error.to_string());
        Action { subject, format, message: read }
    }

    /// Its id and kind, where it can be read.
    #[must_use]
    pub fn known(&self) -> Option<(&str, ActionKind)> {
        self.message.as_ref().ok().map(|message| (message.action_id.as_str(), message.kind()))
    }
}

/// One thing that was seen.
#[derive(Debug, Clone)]
pub enum Seen {
    /// See [`Action`].
    Action(Action),
    /// The delivery at this place of the stream is done with.
    Acknowledged(u64),
}

/// All of it so far; copies share it.
#[derive(Clone, Default)]
pub struct Log {
    seen: Arc<Mutex<Vec<Seen>>>,
    ambush: Arc<Mutex<Option<Ambush>>>,
}

impl Log {
    /// Keeps one from now on, for the life of `client`.
    ///
    /// # Errors
    /// When the broker does not let us listen.
    pub async fn keep(client: &Client, agency: &str) -> Result<Self> {
        let log = Log::default();
        let actions = client.subscribe(format!("agency.v1.{agency}.action_published.*")).await?;
        let words = client.subscribe(format!("$JS.ACK.ROUTING.{agency}.>")).await?;
        client.flush().await?;
        let (kept, client) = (log.clone(), client.clone());
        tokio::spawn(async move {
            let mut messages = stream::select(actions, words);
            while let Some(message) = messages.next().await {
                if let Some(seen) = kept.see(&client, &message).await {
                    let mut all = kept.all();
                    if all.len() < LONGEST {
                        all.push(seen);
                    }
                }
            }
        });
        Ok(log)
    }

    async fn see(&self, client: &Client, message: &Message) -> Option<Seen> {
        if message.subject.starts_with("$JS.ACK.") {
            return acknowledged(&message.subject, &message.payload).map(Seen::Acknowledged);
        }
        let action = Action::read(message);
        if let (Some(ambush), Some(reply)) = (self.sprung_by(&action), message.reply.clone()) {
            ambush.answer(client, reply, &action).await;
        }
        Some(Seen::Action(action))
    }

    fn sprung_by(&self, action: &Action) -> Option<Ambush> {
        let mut waiting = self.waiting();
        let sprung = waiting.clone().filter(|ambush| ambush.awaits(action))?;
        if !sprung.lasts() {
            *waiting = None;
        }
        Some(sprung)
    }

    /// Answers actions before routing does: the next one that it waits for, or all.
    pub fn lay(&self, ambush: Ambush) {
        *self.waiting() = Some(ambush);
    }

    /// The actions on that referral, in order; repeats are there again.
    #[must_use]
    pub fn actions(&self, referral: &str) -> Vec<Action> {
        let all = self.all();
        let actions =
            all.iter().filter_map(|seen| if let Seen::Action(action) = seen { Some(action) } else { None });
        actions.filter(|action| action.subject == referral).cloned().collect()
    }

    /// The ids of the different actions of that kind on the referral.
    #[must_use]
    pub fn ids(&self, referral: &str, kind: ActionKind) -> Vec<String> {
        let actions = self.actions(referral);
        let of_kind = actions.iter().filter_map(Action::known).filter(|(_, known)| *known == kind);
        let mut ids: Vec<String> = of_kind.map(|(id, _)| id.to_owned()).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// Whether the delivery at that place is done with.
    #[must_use]
    pub fn is_acknowledged(&self, sequence: u64) -> bool {
        self.all().iter().any(|seen| matches!(seen, Seen::Acknowledged(known) if *known == sequence))
    }

    /// Whether an action on the referral was seen before the acknowledgement of what lies at `sequence`.
    #[must_use]
    pub fn acted_first(&self, referral: &str, sequence: u64) -> bool {
        let first = self.all().iter().find_map(|seen| match seen {
            Seen::Action(action) if action.subject == referral => Some(true),
            Seen::Acknowledged(known) if *known == sequence => Some(false),
            _ => None,
        });
        first == Some(true)
    }

    fn all(&self) -> MutexGuard<'_, Vec<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, Option<Ambush>> {
        self.ambush.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place in the stream of what this word is the last on: `$JS.ACK.<stream>.<consumer>.<tries>.<place>.…`. Asking
/// for another at the same time, or giving it up, is a last word too.
fn acknowledged(subject: &str, word: &Bytes) -> Option<u64> {
    let is_last = ["+ACK", "+OK", "+NXT", "+TERM"].iter().any(|last| word.starts_with(last.as_bytes()));
    subject.split('.').nth(5)?.parse().ok().filter(|_| is_last || word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_word_is_told_from_a_sign_of_life() {
        let said = |word: &'static str| acknowledged("$JS.ACK.ROUTING.ea-gas.2.77.9.1.0", &Bytes::from(word));
        for last in ["", "+ACK", "+OK", "+NXT {}", "+TERM it is broken"] {
            assert_eq!(said(last), Some(77), "{last}");
        }
        for other in ["-NAK", "-NAK {\"delay\": 1}", "+WPI"] {
            assert_eq!(said(other), None, "{other}");
        }
    }

    #[test]
    fn an_action_is_read_as_routing_reads_it() {
        for (name, value) in [("Content-Type", "application/json"), ("ce-datacontenttype", json::JSON)] {
            let mut headers = async_nats::HeaderMap::new();
            headers.insert(name, value);
            let message = Message {
                subject: "agency.v1.ea-gas.action_published.r".into(),
                payload: Bytes::from_static(br#"{"action_id": "a", "kind": "ACTION_KIND_ANSWER"}"#),
                headers: Some(headers),
                reply: None,
                status: None,
                description: None,
                length: 0,
            };
            let action = Action::read(&message);
            assert_eq!(action.known(), Some(("a", ActionKind::Answer)), "{name}");
            assert_eq!((action.subject.as_str(), action.format.as_str()), ("r", json::JSON));
        }
    }

    #[test]
    fn what_came_first_is_known() {
        let log = Log::default();
        let message = Ok(ActionPublished {
            kind: ActionKind::Answer.into(),
            action_id: "a".into(),
            ..Default::default()
        });
        let action = Action { subject: "r".into(), format: String::new(), message };
        log.all().extend([
            Seen::Acknowledged(2),
            Seen::Action(action.clone()),
            Seen::Action(action),
            Seen::Acknowledged(1),
        ]);
        assert!(log.acted_first("r", 1) && !log.acted_first("r", 2) && !log.acted_first("other", 1));
        assert_eq!((log.ids("r", ActionKind::Answer), log.actions("r").len()), (vec!["a".to_owned()], 2));
        assert!(log.ids("r", ActionKind::Progress).is_empty() && !log.is_acknowledged(3));
    }
}
