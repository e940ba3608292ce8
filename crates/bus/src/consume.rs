//! Pulling facts in batches, and saying what became of each.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use async_nats::HeaderMap;
use async_nats::jetstream::AckKind;
use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::consumer::pull::Stream;
use async_nats::jetstream::message::Acker;
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt};

use crate::envelope::header;
use crate::{Bus, Envelope, EnvelopeError};

/// A batch is at most this long: large enough that a commit costs little for each, small enough to be held in memory.
const BATCH: usize = 500;
/// How long a batch that is not full waits for company while facts flow, unless told: they come one after another, and a
/// commit for each would cost more than all of their work.
pub const LINGER: Duration = Duration::from_millis(10);
/// How long it waits after a pause: as long as what was published together takes to come.
pub const LINGER_AFTER_PAUSE: Duration = Duration::from_millis(2);
/// Facts that come sooner than this after they were asked for follow each other without a pause.
const FLOWING: Duration = Duration::from_millis(20);
/// Delays before a failed fact is given again, by how often it was tried.
const RETRY_DELAYS_S: [u64; 5] = [1, 5, 15, 60, 120];

/// A service's durable consumer on one owner's stream. Replicas share it.
pub struct Feed {
    bus: Bus,
    owner: &'static str,
    name: String,
    /// `None`: the consumer is made by another and may only be used.
    filters: Option<Vec<String>>,
    linger: Duration,
    open: Option<(Origin, Stream)>,
    /// The batch that is being gathered: whoever stops waiting for it leaves it here.
    gathered: Vec<Delivery>,
}

/// Which consumer gives deliveries, and over which of the connections that follow each other.
#[derive(Clone)]
struct Origin {
    consumer: Arc<PullConsumer>,
    bus: Bus,
    connects: u64,
}

/// One fact as delivered; dropped without a word it is given again after 30 s.
pub struct Delivery {
    /// Where it was published.
    pub subject: String,
    /// Its headers, for the dead letters.
    pub headers: HeaderMap,
    /// Its payload.
    pub data: Bytes,
    /// How often it was delivered, this time included.
    pub attempts: u32,
    acker: Acker,
    origin: Origin,
}

/// How much a consumer has before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConsumerLag {
    /// Not yet delivered.
    pub waiting: u64,
    /// Delivered, not yet acknowledged.
    pub in_hand: u64,
}

impl Feed {
    /// The consumer called `name` on `owner`'s facts, for those subjects.
    #[must_use]
    pub fn new(bus: &Bus, owner: &'static str, name: &str, filters: Vec<String>) -> Self {
        Feed { filters: Some(filters), ..Self::existing(bus, owner, name) }
    }

    /// A consumer that another makes (an agency may not): while it is away, [`Feed::next_batch`] fails.
    #[must_use]
    pub fn existing(bus: &Bus, owner: &'static str, name: &str) -> Self {
        Feed {
            bus: bus.clone(),
            owner,
            name: name.to_owned(),
            filters: None,
            linger: LINGER,
            open: None,
            gathered: Vec::new(),
        }
    }

    /// While facts follow each other without a pause, batches that are not full wait so long for company.
    #[must_use]
    pub fn linger(mut self, linger: Duration) -> Self {
        self.linger = linger;
        self
    }

    async fn consumer(&self) -> Result<PullConsumer> {
        match &self.filters {
            Some(filters) => self.bus.ensure_consumer(self.owner, &self.name, filters).await,
            None => {
                let stream = crate::stream_name(self.owner);
                Ok(self.bus.jetstream.get_consumer_from_stream(&self.name, stream).await?)
            }
        }
    }

    /// The next facts: waits for one, then takes all that arrive within a few milliseconds, at most 500.
    /// An error means that the broker or the consumer is away: ask again after a pause.
    pub async fn next_batch(&mut self) -> Result<Vec<Delivery>> {
        if self.open.is_none() {
            let connects = self.bus.connects();
            let consumer = Arc::new(self.consumer().await?);
            let stream = consumer
                .stream()
                .max_messages_per_batch(BATCH)
                .expires(Duration::from_secs(20))
                .heartbeat(Duration::from_secs(3))
                .messages()
                .await?;
            self.open = Some((Origin { consumer, bus: self.bus.clone(), connects }, stream));
        }
        let Some((origin, stream)) = &mut self.open else { return Ok(Vec::new()) };
        let asked = tokio::time::Instant::now();
        if self.gathered.is_empty() {
            match stream.next().await {
                Some(Ok(message)) => self.gathered.push(delivery(message, origin)),
                // A missed heartbeat, a deleted consumer or an emptied broker: make sure of the consumer again.
                Some(Err(error)) => {
                    self.open = None;
                    return Err(error.into());
                }
                None => {
                    self.open = None;
                    return Ok(Vec::new());
                }
            }
        }
        let linger = if asked.elapsed() < FLOWING { self.linger } else { LINGER_AFTER_PAUSE };
        let lingered = tokio::time::sleep(linger);
        tokio::pin!(lingered);
        while self.gathered.len() < BATCH {
            tokio::select! {
                biased;
                Some(Ok(message)) = stream.next() => self.gathered.push(delivery(message, origin)),
                () = &mut lingered => break,
            }
        }
        let batch = std::mem::take(&mut self.gathered);
        Ok(self.confirmed(batch).await)
    }

    /// Gives back what was pulled ahead, so that another replica has it at once.
    pub async fn close(mut self) {
        for delivery in self.gathered.drain(..) {
            delivery.retry_after(Duration::ZERO).await;
        }
        let Some((origin, mut stream)) = self.open.take() else { return };
        while let Some(Some(Ok(message))) = stream.next().now_or_never() {
            delivery(message, &origin).retry_after(Duration::ZERO).await;
        }
        if let Err(error) = self.bus.flush().await {
            tracing::debug!(%error, "what was pulled ahead comes again in 30 s");
        }
    }

    /// The batch, if its consumer is still the one that was opened; otherwise it is given again by the one that is.
    async fn confirmed(&mut self, mut batch: Vec<Delivery>) -> Vec<Delivery> {
        let Some((origin, _)) = &mut self.open else { return batch };
        let connects = self.bus.connects();
        if origin.connects == connects {
            return batch;
        }
        if origin.stands().await {
            origin.connects = connects;
            batch.iter_mut().for_each(|delivery| delivery.origin.connects = connects);
            return batch;
        }
        for delivery in &batch {
            delivery.retry_after(Duration::ZERO).await;
        }
        self.open = None;
        Vec::new()
    }

    /// What waits before this consumer.
    pub async fn lag(bus: &Bus, owner: &str, name: &str) -> Result<ConsumerLag> {
        let stream = bus.jetstream.get_stream_no_info(crate::stream_name(owner)).await?;
        let info = stream.consumer_info(name).await?;
        Ok(ConsumerLag { waiting: info.num_pending, in_hand: info.num_ack_pending as u64 })
    }
}

impl Origin {
    /// Whether the consumer that gave the delivery is still the one that bears its name. A broker that lost its disk
    /// numbers anew: an acknowledgement from before would be taken for another fact's.
    async fn stands(&self) -> bool {
        if self.connects == self.bus.connects() {
            return true;
        }
        let now = self.consumer.get_info().await;
        now.is_ok_and(|now| now.created == self.consumer.cached_info().created)
    }
}

fn delivery(message: async_nats::jetstream::Message, origin: &Origin) -> Delivery {
    let attempts = message.info().map_or(1, |info| u32::try_from(info.delivered).unwrap_or(1));
    let (message, acker) = message.split();
    Delivery {
        subject: message.subject.to_string(),
        headers: message.headers.unwrap_or_default(),
        data: message.payload,
        attempts,
        acker,
        origin: origin.clone(),
    }
}

impl Delivery {
    /// The fact in it, if it is one.
    pub fn envelope(&self) -> Result<Envelope, EnvelopeError> {
        Envelope::read(&self.subject, Some(&self.headers), self.data.clone())
    }

    /// A header's value, its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Done: never give it again. A lost acknowledgement only means one more delivery.
    pub async fn done(&self) {
        if let Err(error) = self.acker.ack().await {
            tracing::debug!(%error, "an acknowledgement was not sent");
        }
    }

    /// As [`Delivery::done`], for what was long in hand: unless the broker lost its consumers since; then this is
    /// given again.
    pub async fn done_if_current(&self) {
        if self.origin.stands().await {
            self.done().await;
        }
    }

    /// Failed: give it again later, the later the more often it failed.
    pub async fn retry(&self) {
        let step = (self.attempts.saturating_sub(1) as usize).min(RETRY_DELAYS_S.len() - 1);
        self.retry_after(Duration::from_secs(RETRY_DELAYS_S[step])).await;
    }

    /// Give it again after `delay`.
    pub async fn retry_after(&self, delay: Duration) {
        if let Err(error) = self.acker.ack_with(AckKind::Nak(Some(delay))).await {
            tracing::debug!(%error, "a refusal to take was not sent");
        }
    }

    /// Still at work on it: the broker waits another 30 s.
    pub async fn still_at_work(&self) {
        if let Err(error) = self.acker.ack_with(AckKind::Progress).await {
            tracing::debug!(%error, "a sign of progress was not sent");
        }
    }
}
