//! Hearing facts: batches from the bus through the service's handlers into one commit.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bus::{Bus, Delivery, Envelope, Feed};
use chassis::Life;
use contracts::subject_filter;
use futures_util::future::join_all;
use tracing::Instrument;

use crate::failure::{is_outage, refusal, refuse};
use crate::hear::{Any, Erased, Fold, Folded, Hear, HearAny, Named};
use crate::meters::{METERS, hearing};
use crate::split::halving;
use crate::{Pace, Store, Tx};

/// How often a failing fact is given to its handler before it goes to the dead letters.
const MAX_ATTEMPTS: u32 = 5;
/// How long a listener waits for the broker before it asks again.
const ASK_EVERY: Duration = Duration::from_millis(200);
/// Failures in a row, some seconds, after which an outage is worth a line in the log.
const SAID_AFTER: u32 = 15;

/// A service's ear on one owner's facts: a durable consumer named for the service, shared by its replicas.
#[derive(Clone)]
pub struct Listener {
    store: Store,
    bus: Bus,
    pub(crate) owner: &'static str,
    pace: Pace,
    handlers: Arc<Vec<Box<dyn Erased>>>,
}

/// Collects the handlers of a [`Listener`].
pub struct ListenerBuilder {
    store: Store,
    bus: Bus,
    owner: &'static str,
    pace: Pace,
    handlers: Vec<Box<dyn Erased>>,
}

impl Listener {
    /// An ear on the facts of `owner`.
    #[must_use]
    pub fn to(owner: &'static str, store: &Store, bus: &Bus) -> ListenerBuilder {
        ListenerBuilder {
            store: store.clone(),
            bus: bus.clone(),
            owner,
            pace: Pace::usual(store.clock()),
            handlers: Vec::new(),
        }
    }

    /// The durable consumer's name.
    pub(crate) fn consumer(&self) -> &'static str {
        self.store.owner
    }

    async fn run(self, life: Life) -> Result<()> {
        let mut filters = Vec::new();
        for handler in self.handlers.iter() {
            match handler.facts() {
                Some(facts) => filters.extend(facts.into_iter().map(subject_filter)),
                None => filters.push(format!("{}.v1.>", self.owner)),
            }
        }
        let mut feed = Feed::new(&self.bus, self.owner, self.consumer(), filters).linger(self.pace.linger());
        let mut failures = 0_u32;
        while !life.is_stopping() {
            let batch = tokio::select! { batch = feed.next_batch() => batch, () = life.stopping() => break };
            match batch {
                Ok(batch) => {
                    failures = 0;
                    self.work(&life, &batch).await;
                }
                // The broker is away, or the owner has not made its stream yet: that takes a moment at the first start.
                Err(error) => {
                    failures = failures.saturating_add(1);
                    if failures == SAID_AFTER {
                        let error = format!("{error:#}");
                        tracing::warn!(owner = self.owner, error, "waiting for the broker");
                    }
                    tokio::time::sleep(ASK_EVERY).await;
                }
            }
        }
        feed.close().await;
        Ok(())
    }

    async fn work(&self, life: &Life, batch: &[Delivery]) {
        let span = tracing::info_span!(
            "process",
            consumer = self.consumer(),
            owner = self.owner,
            facts = batch.len()
        );
        async {
            let outcomes = halving(batch.len(), |range| self.patiently(life, &batch[range])).await;
            for (range, outcome) in outcomes {
                match outcome {
                    Ok(()) => {
                        METERS.heard.add(range.len() as u64, &hearing(self.consumer(), self.owner));
                        join_all(batch[range].iter().map(Delivery::done_if_current)).await;
                    }
                    Err(error) => self.failed(&batch[range.start], &error).await,
                }
            }
        }
        .instrument(span)
        .await;
    }

    /// Commits the deliveries; as long as only the database is to blame it waits for it.
    async fn patiently(&self, life: &Life, deliveries: &[Delivery]) -> Result<()> {
        let mut pause = Duration::from_millis(20);
        loop {
            match self.once(deliveries).await {
                Err(error) if is_outage(&error) && !life.is_stopping() => {
                    tracing::warn!(
                        owner = self.owner,
                        error = format!("{error:#}"),
                        "waiting for the database"
                    );
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(1));
                    join_all(deliveries.iter().map(Delivery::still_at_work)).await;
                }
                outcome => return outcome,
            }
        }
    }

    async fn once(&self, deliveries: &[Delivery]) -> Result<()> {
        let mut envelopes = Vec::with_capacity(deliveries.len());
        for delivery in deliveries {
            let envelope = delivery.envelope().map_err(|error| refuse(error.to_string()))?;
            bus::link_to(&tracing::Span::current(), envelope.traceparent.as_deref());
            envelopes.push(envelope);
        }
        let began = std::time::Instant::now();
        let mut tx = self.store.begin().await?;
        self.hear(&mut tx, &envelopes).await?;
        tx.commit().await?;
        METERS.committed(self.consumer(), self.owner, began);
        Ok(())
    }

    /// Gives the facts to the handlers of their names, in the order in which the handlers were named.
    pub(crate) async fn hear(&self, tx: &mut Tx, envelopes: &[Envelope]) -> Result<()> {
        let mut left = envelopes.len();
        for handler in self.handlers.iter() {
            let mine: Vec<&Envelope> = envelopes.iter().filter(|e| handler.hears(e)).collect();
            left = left.saturating_sub(mine.len());
            if !mine.is_empty() {
                handler.hear(tx, &mine).await?;
            }
        }
        if left > 0 {
            return Err(refuse("its ce-type is not the fact that its subject names"));
        }
        Ok(())
    }

    async fn failed(&self, delivery: &Delivery, error: &anyhow::Error) {
        if is_outage(error) || (refusal(error).is_none() && delivery.attempts < MAX_ATTEMPTS) {
            tracing::warn!(
                owner = self.owner,
                attempts = delivery.attempts,
                error = format!("{error:#}"),
                "will try a fact again"
            );
            METERS.retried.add(1, &hearing(self.consumer(), self.owner));
            return delivery.retry().await;
        }
        let reason = format!("{error:#}");
        match crate::dead::bury(&self.store, self.consumer(), self.owner, delivery, &reason).await {
            Ok(()) => {
                tracing::error!(
                    owner = self.owner,
                    attempts = delivery.attempts,
                    reason,
                    "a fact went to the dead letters"
                );
                METERS.dead.add(1, &hearing(self.consumer(), self.owner));
                delivery.done_if_current().await;
            }
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "a dead letter could not be kept: trying again");
                delivery.retry().await;
            }
        }
    }
}

impl ListenerBuilder {
    /// Hears facts of one name.
    #[must_use]
    pub fn on<H: Hear>(mut self, handler: H) -> Self {
        self.handlers.push(Box::new(Named(handler)));
        self
    }

    /// Hears facts of several names together.
    #[must_use]
    pub fn fold<F: Fold>(mut self, facts: Folded<F>) -> Self {
        self.handlers.push(Box::new(facts));
        self
    }

    /// Hears every fact.
    #[must_use]
    pub fn on_any<H: HearAny>(mut self, handler: H) -> Self {
        self.handlers.push(Box::new(Any(handler)));
        self
    }

    /// Hears facts almost as they come: somebody waits for what they bring about.
    #[must_use]
    pub fn promptly(mut self) -> Self {
        self.pace = self.pace.promptly();
        self
    }

    /// Starts listening.
    #[must_use]
    pub fn spawn(self, life: &Life) -> Listener {
        let listener = Listener {
            store: self.store,
            bus: self.bus,
            owner: self.owner,
            pace: self.pace,
            handlers: Arc::new(self.handlers),
        };
        life.spawn("listener", listener.clone().run(life.clone()));
        listener
    }
}
