//! What is done with each delivery.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use bus::{Delivery, Envelope};
use contracts::{Fact, json, routing};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::circuit::Side;
use crate::turns::Turn;
use crate::{Agency, Desk, News, Outcome, Referral, Refusal, Retry};

/// Half of what the broker waits before it gives a referral to another.
const SIGN_OF_LIFE_INTERVAL: Duration = Duration::from_secs(15);

/// Takes deliveries to the agency, and its outcomes back.
pub(crate) struct Clerk<A> {
    pub agency: A,
    pub desk: Desk,
    pub places: Semaphore,
    pub stop: CancellationToken,
}

/// What to tell the broker.
enum Word {
    Done,
    Again,
    /// Not begun: another process may take it at once.
    Untouched,
}

impl<A: Agency> Clerk<A> {
    /// Handles one delivery to its end, telling the broker meanwhile that it is in hand.
    pub(crate) async fn handle(self: Arc<Self>, delivery: Delivery, turn: Turn) {
        let working = self.in_turn(&delivery, &turn);
        tokio::pin!(working);
        let word = loop {
            match tokio::time::timeout(SIGN_OF_LIFE_INTERVAL, &mut working).await {
                Ok(word) => break word,
                Err(_) => delivery.still_at_work().await,
            }
        };
        match word {
            Word::Done => delivery.done_if_current().await,
            Word::Again => delivery.retry().await,
            Word::Untouched => delivery.retry_after(Duration::ZERO).await,
        }
    }

    async fn in_turn(&self, delivery: &Delivery, turn: &Turn) -> Word {
        let my_place = async {
            turn.come().await;
            self.places.acquire().await
        };
        let Some(Ok(_place)) = self.stop.run_until_cancelled(my_place).await else { return Word::Untouched };
        match self.work(delivery).await {
            Ok(()) => {
                self.desk.circuit().succeeded(Side::Agency);
                Word::Done
            }
            Err(Retry(error)) => match error.downcast::<Refusal>() {
                // Repeating it would be refused again.
                Ok(refusal) => {
                    tracing::warn!(%refusal, "the referral is left as it is");
                    Word::Done
                }
                Err(error) => {
                    self.desk.circuit().failed(Side::Agency);
                    let tries = delivery.attempts;
                    tracing::warn!(error = format!("{error:#}"), tries, "the referral is given again later");
                    Word::Again
                }
            },
        }
    }

    async fn work(&self, delivery: &Delivery) -> Result<(), Retry> {
        let envelope = delivery.envelope().context("what was delivered is no fact")?;
        if envelope.is(routing::ReferralIssued::NAME) {
            let referral = Referral::read(read(&envelope)?).context("the referral cannot be read")?;
            self.act(referral, &self.desk.after(envelope.time)).await
        } else if envelope.is(routing::ActionRefused::NAME) {
            self.agency.refused(refusal(read(&envelope)?)?).await
        } else if let Some(news) = news(&envelope)? {
            self.agency.told(news).await
        } else {
            tracing::debug!(fact = envelope.message, "a fact younger than this adapter is passed over");
            Ok(())
        }
    }

    async fn act(&self, referral: Referral, desk: &Desk) -> Result<(), Retry> {
        let id = referral.id;
        match desk.accept(id).await {
            // Given again after a restored broker or a lost acknowledgement: nothing is left to do.
            Err(refusal) if refusal.is_already_answered() => return Ok(()),
            accepted => accepted?,
        }
        match self.agency.act(referral, desk).await? {
            Outcome::Answer(answer) => desk.answer(id, answer).await?,
            Outcome::Return(back) => desk.give_back(id, back).await?,
            Outcome::MoreTime(more) => desk.ask_more_time(id, more).await?,
            Outcome::Documents(documents) => desk.ask_documents(id, documents).await?,
            Outcome::Later => {}
        }
        Ok(())
    }
}

fn read<F: Fact>(envelope: &Envelope) -> Result<F> {
    let name = F::NAME.message;
    json::read(name, &envelope.content_type, &envelope.data).with_context(|| format!("{name} cannot be read"))
}

fn refusal(fact: routing::ActionRefused) -> Result<Refusal> {
    let referral = fact.referral_id.parse().context("referral_id")?;
    Ok(Refusal::new(referral, fact.refusal.unwrap_or_default()))
}

/// What people decided or added, if the fact tells of that.
fn news(envelope: &Envelope) -> Result<Option<News>> {
    let id = |referral: &str| referral.parse().context("referral_id");
    Ok(Some(if envelope.is(routing::ReferralAmended::NAME) {
        let fact: routing::ReferralAmended = read(envelope)?;
        News::Amended { referral_id: id(&fact.referral_id)?, statement: fact.statement }
    } else if envelope.is(routing::ReferralWithdrawn::NAME) {
        let fact: routing::ReferralWithdrawn = read(envelope)?;
        News::Withdrawn { referral_id: id(&fact.referral_id)?, reason: fact.reason }
    } else if envelope.is(routing::ExtensionRuled::NAME) {
        let fact: routing::ExtensionRuled = read(envelope)?;
        News::Extension { referral_id: id(&fact.referral_id)?, days: fact.days, reason: fact.reason }
    } else if envelope.is(routing::DocumentsReceived::NAME) {
        let fact: routing::DocumentsReceived = read(envelope)?;
        News::Documents { referral_id: id(&fact.referral_id)?, note: fact.note }
    } else {
        return Ok(None);
    }))
}
