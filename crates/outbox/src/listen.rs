//! Hearing facts: batches from the bus through the service's handlers into one commit.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bus::{Bus, Delivery, Envelope, Feed};
use chassis::Life;
use contracts::{Fact, FactId, FactName, json, subject_filter};
use futures_util::future::{BoxFuture, join_all};
use jiff::Timestamp;
use tracing::Instrument;

use crate::failure::{is_outage, refusal, refuse};
use crate::meters::{METERS, hearing};
use crate::split::halving;
use crate::{Store, Tx};

/// How often a failing fact is given to its handler before it goes to the dead letters.
const MAX_ATTEMPTS: u32 = 5;

/// A fact as a handler hears it.
#[derive(Debug, Clone)]
pub struct Heard<F> {
    /// The fact's id, the same on every delivery.
    pub id: FactId,
    /// When it happened.
    pub time: Timestamp,
    /// What happened.
    pub fact: F,
}

/// What a service does when it hears facts of one name: any number of them, in any order, any number of times.
pub trait Hear: Send + Sync + 'static {
    /// The fact it hears.
    type Fact: Fact;

    /// Does what follows from the facts, in the open transaction. An error is tried again, unless it is
    /// a [`refuse`]d one: that fact goes to the dead letters.
    fn hear(&self, tx: &mut Tx, facts: &[Heard<Self::Fact>]) -> impl Future<Output = Result<()>> + Send;
}

/// What a service does with every fact of an owner, whatever its name, in the order of delivery.
pub trait HearAny: Send + Sync + 'static {
    /// See [`Hear::hear`].
    fn hear_any(&self, tx: &mut Tx, facts: &[Envelope]) -> impl Future<Output = Result<()>> + Send;
}

trait Erased: Send + Sync {
    fn fact(&self) -> Option<FactName>;
    fn hear<'a>(&'a self, tx: &'a mut Tx, facts: &'a [&'a Envelope]) -> BoxFuture<'a, Result<()>>;
}

struct Named<H>(H);

impl<H: Hear> Erased for Named<H> {
    fn fact(&self) -> Option<FactName> {
        Some(H::Fact::NAME)
    }

    fn hear<'a>(&'a self, tx: &'a mut Tx, facts: &'a [&'a Envelope]) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut heard = Vec::with_capacity(facts.len());
            for envelope in facts {
                let fact = json::read(H::Fact::NAME.message, &envelope.content_type, &envelope.data);
                let fact = fact.map_err(|error| refuse(error.to_string()))?;
                heard.push(Heard { id: envelope.id, time: envelope.time, fact });
            }
            self.0.hear(tx, &heard).await
        })
    }
}

struct Any<H>(H);

impl<H: HearAny> Erased for Any<H> {
    fn fact(&self) -> Option<FactName> {
        None
    }

    fn hear<'a>(&'a self, tx: &'a mut Tx, facts: &'a [&'a Envelope]) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let facts: Vec<Envelope> = facts.iter().map(|fact| (*fact).clone()).collect();
            self.0.hear_any(tx, &facts).await
        })
    }
}

/// A service's ear on one owner's facts: a durable consumer named for the service, shared by its replicas.
#[derive(Clone)]
pub struct Listener {
    store: Store,
    bus: Bus,
    pub(crate) owner: &'static str,
    handlers: Arc<Vec<Box<dyn Erased>>>,
}

/// Collects the handlers of a [`Listener`].
pub struct ListenerBuilder {
    store: Store,
    bus: Bus,
    owner: &'static str,
    handlers: Vec<Box<dyn Erased>>,
}

impl Listener {
    /// An ear on the facts of `owner`.
    #[must_use]
    pub fn to(owner: &'static str, store: &Store, bus: &Bus) -> ListenerBuilder {
        ListenerBuilder { store: store.clone(), bus: bus.clone(), owner, handlers: Vec::new() }
    }

    /// The durable consumer's name.
    pub(crate) fn consumer(&self) -> &'static str {
        self.store.owner
    }

    async fn run(self, life: Life) -> Result<()> {
        let filters = self
            .handlers
            .iter()
            .map(|handler| handler.fact().map_or_else(|| format!("{}.v1.>", self.owner), subject_filter));
        let mut feed = Feed::new(&self.bus, self.owner, self.consumer(), filters.collect());
        let mut waiting = false;
        while !life.is_stopping() {
            let batch =
                tokio::select! { batch = self.next(&mut feed) => batch, () = life.stopping() => break };
            match batch {
                Ok(batch) => {
                    waiting = false;
                    self.work(&life, &batch).await;
                }
                Err(error) => {
                    if !std::mem::replace(&mut waiting, true) {
                        let error = format!("{error:#}");
                        tracing::warn!(owner = self.owner, error, "waiting for the broker");
                    }
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        }
        feed.close().await;
        Ok(())
    }

    async fn next(&self, feed: &mut Feed) -> Result<Vec<Delivery>> {
        if !feed.is_open() {
            // Whoever comes first makes the stream: a listener need not wait for its owner.
            self.bus.ensure_stream(self.owner, self.store.replicas).await?;
        }
        feed.next_batch().await
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
            let mine: Vec<&Envelope> =
                envelopes.iter().filter(|e| handler.fact().is_none_or(|fact| e.is(fact))).collect();
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

    /// Hears every fact.
    #[must_use]
    pub fn on_any<H: HearAny>(mut self, handler: H) -> Self {
        self.handlers.push(Box::new(Any(handler)));
        self
    }

    /// Starts listening.
    #[must_use]
    pub fn spawn(self, life: &Life) -> Listener {
        let listener = Listener {
            store: self.store,
            bus: self.bus,
            owner: self.owner,
            handlers: Arc::new(self.handlers),
        };
        life.spawn("listener", listener.clone().run(life.clone()));
        listener
    }
}
