//! An adapter without the SDK, as one in another language is, and with a fault that the conformance checks must find:
//! `SAMAD_CREDENTIALS=… faulty FAULT`.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use bus::{Bus, Delivery, Envelope, Feed, Login};
use chassis::clock::Clock;
use contracts::agency::{ActionKind, ActionPublished, ActionVerdict, AnswerOutcome};
use contracts::routing::ReferralIssued;
use contracts::{Fact, ReferralId, json};
use prost::Message;
use sdk::Connection;
use uuid::Uuid;

const VERDICT: &str = "samad.agency.v1.ActionVerdict";
const PATIENCE: Duration = Duration::from_secs(5);
/// Before an action is handed in again.
const PAUSE: Duration = Duration::from_millis(100);

/// What is wrong with it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Nothing.
    None,
    /// It takes referrals and does nothing.
    Silent,
    /// What it has not done yet it says it is done with.
    AcknowledgesFirst,
    /// A repeat of an action has another id.
    NewIds,
    /// What it does not know it does not read.
    Strict,
    /// Any reply is a yes.
    Believes,
    /// A no makes it ask again.
    Stubborn,
    /// Nobody reads its answers.
    English,
    /// Only referrals are done with.
    Deaf,
}

const FAULTS: [(&str, Fault); 9] = [
    ("none", Fault::None),
    ("silent", Fault::Silent),
    ("acknowledges-first", Fault::AcknowledgesFirst),
    ("new-ids", Fault::NewIds),
    ("strict", Fault::Strict),
    ("believes", Fault::Believes),
    ("stubborn", Fault::Stubborn),
    ("english", Fault::English),
    ("deaf", Fault::Deaf),
];

struct Adapter {
    bus: Bus,
    fault: Fault,
}

#[tokio::main]
async fn main() -> Result<()> {
    let named = std::env::args().nth(1).context("which fault?")?;
    let (_, fault) = FAULTS.into_iter().find(|(name, _)| *name == named).context("no such fault")?;
    let Connection { nats_url, agency, credentials, .. } = Connection::from_env()?;
    let login = Login::agency(&agency, credentials.context("no credentials")?);
    let bus = Bus::connect(&nats_url, "faulty", &login).await?;
    let mut feed = Feed::existing(&bus, "routing", &agency);
    let adapter = Adapter { bus, fault };
    loop {
        let Ok(batch) = feed.next_batch().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        for delivery in batch {
            match adapter.handle(&delivery).await {
                Ok(()) => delivery.done().await,
                Err(_) => delivery.retry().await,
            }
        }
    }
}

impl Adapter {
    async fn handle(&self, delivery: &Delivery) -> Result<()> {
        let envelope = delivery.envelope()?;
        match self.fault {
            Fault::Silent => bail!("silent"),
            Fault::Deaf if !envelope.is(ReferralIssued::NAME) => bail!("deaf"),
            Fault::AcknowledgesFirst => delivery.done().await,
            _ => {}
        }
        if !envelope.is(ReferralIssued::NAME) {
            return Ok(());
        }
        let referral = self.read(&envelope)?;
        let answer = self.answer(referral.referral_id.parse()?);
        while !self.is_settled(&answer).await {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    fn read(&self, envelope: &Envelope) -> Result<ReferralIssued> {
        let referral: ReferralIssued =
            json::read(ReferralIssued::NAME.message, &envelope.content_type, &envelope.data)?;
        if self.fault == Fault::Strict && referral.encode_to_vec() != envelope.data {
            bail!("a field that is not known");
        }
        Ok(referral)
    }

    fn answer(&self, referral: ReferralId) -> ActionPublished {
        let id = match self.fault {
            Fault::NewIds => Clock::live().new_id(),
            _ => Uuid::new_v5(&referral.0, b"answer"),
        };
        let text = if self.fault == Fault::English {
            "It is done."
        } else {
            "بررسی شد و مشکل برطرف گردید."
        };
        ActionPublished {
            action_id: id.to_string(),
            referral_id: referral.to_string(),
            kind: ActionKind::Answer.into(),
            outcome: AnswerOutcome::Done.into(),
            text: text.to_owned(),
            ..Default::default()
        }
    }

    /// Hands the action in once; whether it need not be handed in again.
    async fn is_settled(&self, action: &ActionPublished) -> bool {
        let subject = format!("agency.action_published.{}", action.referral_id);
        let asked = self.bus.request(subject, json::PROTOBUF, action.encode_to_vec(), None, PATIENCE).await;
        let Ok(reply) = asked else { return false };
        match json::read::<ActionVerdict>(VERDICT, json::PROTOBUF, &reply.payload) {
            _ if self.fault == Fault::Believes => true,
            Ok(ActionVerdict { refusal: Some(refusal), .. }) => {
                !refusal.retryable && self.fault != Fault::Stubborn
            }
            Ok(verdict) => verdict.recorded,
            Err(_) => false,
        }
    }
}
