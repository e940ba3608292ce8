//! Where an agency's actions are handed in.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use bus::Bus;
use contracts::agency::{ActionKind, ActionPublished, ActionVerdict};
use contracts::{ReferralId, agency, json};
use jiff::Timestamp;
use prost::Message;
use uuid::Uuid;

use crate::circuit::{Circuit, Side, back_off};
use crate::{Answer, Connection, Documents, MoreTime, Refusal, Return};

/// Verdicts come after a commit, in milliseconds; a slow one is asked for again, which is harmless.
const VERDICT_PATIENCE: Duration = Duration::from_secs(5);
/// As Samad takes it; longer text is refused here, for the broker might not even carry it.
const TEXT_LIMIT_CHARACTERS: usize = 4_000;
/// The contract's name of the reply.
const VERDICT: &str = "samad.agency.v1.ActionVerdict";

/// Records the agency's actions on its referrals: inside [`Agency::act`](crate::Agency::act), or days later from
/// anywhere. Copies share one connection.
///
/// Every method returns once Samad has stored the action, however long the way there is interrupted, or with the
/// [`Refusal`]. Repeating an action is harmless: its id follows from the referral and what is said.
#[derive(Clone)]
pub struct Desk {
    door: Arc<Door>,
    dated: Dated,
}

struct Door {
    connection: Connection,
    bus: Bus,
    circuit: Circuit,
}

/// The moment an action bears.
#[derive(Clone, Copy)]
enum Dated {
    Now,
    /// The moment of an effect of what happened then.
    After(Timestamp),
    At(Timestamp),
}

impl Desk {
    /// A desk of its own, for a process that records actions but serves no referrals.
    ///
    /// # Errors
    /// When the connection's settings are wrong; a broker that is away is waited for by the actions.
    pub async fn open(connection: &Connection) -> Result<Self> {
        let bus = connection.open().await?;
        let door = Door { connection: connection.clone(), bus, circuit: Circuit::default() };
        Ok(Desk { door: Arc::new(door), dated: Dated::Now })
    }

    /// This desk at another moment: its actions say that the agency acted then. Only in a replay of the past does
    /// Samad also date what follows by it.
    #[must_use]
    pub fn at(&self, moment: Timestamp) -> Self {
        Desk { door: self.door.clone(), dated: Dated::At(moment) }
    }

    pub(crate) fn after(&self, cause: Timestamp) -> Self {
        Desk { door: self.door.clone(), dated: Dated::After(cause) }
    }

    /// Whether the broker is reached now.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.door.bus.is_connected()
    }

    pub(crate) fn bus(&self) -> &Bus {
        &self.door.bus
    }

    pub(crate) fn circuit(&self) -> &Circuit {
        &self.door.circuit
    }

    /// The agency has taken the referral in hand. [`serve`](crate::serve()) says so by itself on every delivery.
    pub async fn accept(&self, referral: ReferralId) -> Result<(), Refusal> {
        self.record(referral, "accepted", action(ActionKind::Accepted, String::new())).await
    }

    /// What was done so far; the referral stays open. The same text on the same referral is one action.
    pub async fn progress(&self, referral: ReferralId, text: impl Into<String>) -> Result<(), Refusal> {
        let text = text.into();
        self.record(referral, &format!("progress {text}"), action(ActionKind::Progress, text)).await
    }

    /// Answers the referral, which ends it. The first answer stands; one that comes after it changes nothing.
    pub async fn answer(&self, referral: ReferralId, answer: Answer) -> Result<(), Refusal> {
        let Answer { outcome, text, legal_reason } = answer;
        let action =
            ActionPublished { outcome: outcome.into(), legal_reason, ..action(ActionKind::Answer, text) };
        // An answer that a reviewer gave back is answered with other words: then it is another action.
        let name = format!("answer {} {} {}", action.outcome, action.text, action.legal_reason);
        match self.record(referral, &name, action).await {
            // Ours, when the verdict on it was lost on its way; or a colleague's, by hand.
            Err(refusal) if refusal.is_already_answered() => Ok(()),
            verdict => verdict,
        }
    }

    /// Gives the referral back; it goes to the next agency.
    pub async fn give_back(&self, referral: ReferralId, back: Return) -> Result<(), Refusal> {
        let Return { reason, suggested_agency } = back;
        let action = ActionPublished { suggested_agency, ..action(ActionKind::Returned, reason) };
        self.record(referral, "returned", action).await
    }

    /// Asks for more time. The same days and reason on the same referral are one action.
    pub async fn ask_more_time(&self, referral: ReferralId, more: MoreTime) -> Result<(), Refusal> {
        let MoreTime { days, reason } = more;
        let name = format!("extension {days} {reason}");
        let action = ActionPublished { extension_days: days, ..action(ActionKind::ExtensionAsked, reason) };
        self.record(referral, &name, action).await
    }

    /// Asks for documents of the citizen. The same words on the same referral are one action.
    pub async fn ask_documents(&self, referral: ReferralId, documents: Documents) -> Result<(), Refusal> {
        let name = format!("documents {}", documents.which);
        self.record(referral, &name, action(ActionKind::DocumentsAsked, documents.which)).await
    }

    async fn record(&self, id: ReferralId, name: &str, mut action: ActionPublished) -> Result<(), Refusal> {
        if let Some(refusal) = too_long(&action) {
            return Err(Refusal::new(id, refusal));
        }
        let acted_at = match self.dated {
            Dated::Now => self.door.connection.clock.now(),
            Dated::After(cause) => self.door.connection.clock.at(cause),
            Dated::At(moment) => moment,
        };
        action.action_id = Uuid::new_v5(&id.0, name.as_bytes()).to_string();
        action.referral_id = id.to_string();
        action.acted_at = Some(contracts::timestamp(acted_at));
        let body = action.encode_to_vec();
        let mut attempt = 0;
        loop {
            let failure = match self.ask(id, acted_at, body.clone()).await {
                Ok(ActionVerdict { refusal: Some(refusal), .. }) if refusal.retryable => {
                    anyhow::anyhow!("Samad cannot take it now ({}): {}", refusal.code, refusal.message)
                }
                Ok(ActionVerdict { refusal, .. }) => {
                    self.door.circuit.succeeded(Side::Samad);
                    return match refusal {
                        None => Ok(()),
                        Some(refusal) => Err(Refusal::new(id, refusal)),
                    };
                }
                Err(error) => error,
            };
            self.door.circuit.failed(Side::Samad);
            tracing::debug!(referral = %id, attempt, "an action is handed in again: {failure:#}");
            tokio::time::sleep(back_off(attempt)).await;
            attempt = attempt.saturating_add(1);
        }
    }

    /// Hands the action in once. An error means that nothing is known of it.
    async fn ask(&self, id: ReferralId, at: Timestamp, body: Vec<u8>) -> Result<ActionVerdict> {
        let Door { connection, bus, .. } = &*self.door;
        let dated = matches!(self.dated, Dated::At(_)) || !connection.clock.is_live();
        let at = dated.then_some(at);
        let reply =
            bus.request(connection.action_subject(id), json::PROTOBUF, body, at, VERDICT_PATIENCE).await?;
        let verdict: ActionVerdict = json::read(VERDICT, json::PROTOBUF, &reply.payload)?;
        ensure!(verdict.recorded != verdict.refusal.is_some(), "the verdict says neither yes nor no");
        Ok(verdict)
    }
}

fn action(kind: ActionKind, text: String) -> ActionPublished {
    ActionPublished { kind: kind.into(), text, ..Default::default() }
}

fn too_long(action: &ActionPublished) -> Option<agency::Refusal> {
    let texts = [("text", &action.text), ("legal_reason", &action.legal_reason)];
    let (field, _) = texts.into_iter().find(|(_, text)| text.chars().count() > TEXT_LIMIT_CHARACTERS)?;
    let message = format!("{field} is longer than {TEXT_LIMIT_CHARACTERS} characters");
    let message_fa = "متن بلندتر از ۴۰۰۰ نویسه است.".to_owned();
    let (code, field) = ("text_too_long".to_owned(), field.to_owned());
    let documentation = "docs/integrate/errors.md#text_too_long".to_owned();
    Some(agency::Refusal { code, field, message, message_fa, retryable: false, documentation })
}
