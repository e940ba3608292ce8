//! Streams and consumers: their settings in one place.

use std::time::Duration;

use anyhow::{Context, Result};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use async_nats::jetstream::stream::{self, DiscardPolicy, PersistenceMode, RetentionPolicy, StorageType};
use jiff::Timestamp;

use crate::Bus;

/// Longest outage of a consumer that the bus bridges; the outbox bridges longer ones.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 3600);
/// Longer than the relay's longest retry; consumers' natural keys cover the rest.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);
/// 1,400 agencies have a consumer each on routing's stream.
const MAX_CONSUMERS: i32 = 4_000;

/// What a stream holds, to compare with what was published into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamState {
    /// When this incarnation of the stream was made.
    pub created_at: Timestamp,
    /// Sequence of its newest fact; 0 when it never held one.
    pub last_sequence: u64,
    /// When its newest fact was stored.
    pub last_at: Option<Timestamp>,
}

/// The stream of an owner's facts: its name in capitals.
#[must_use]
pub fn stream_name(owner: &str) -> String {
    owner.to_uppercase()
}

fn stream_settings(owner: &str, replicas: usize) -> stream::Config {
    stream::Config {
        name: stream_name(owner),
        subjects: vec![format!("{owner}.v1.>")],
        retention: RetentionPolicy::Limits,
        discard: DiscardPolicy::Old,
        storage: StorageType::File,
        max_age: MAX_AGE,
        duplicate_window: DUPLICATE_WINDOW,
        max_message_size: i32::try_from(crate::MAX_FACT_BYTES).unwrap_or(i32::MAX),
        max_consumers: MAX_CONSUMERS,
        num_replicas: replicas,
        deny_delete: true,
        deny_purge: true,
        // One copy alone cannot be made safe cheaply (an fsync a message), and need not be: the outbox is
        // the record, and the relay publishes again whatever a crash took (docs/decisions/0002).
        persist_mode: (replicas == 1).then_some(PersistenceMode::Async),
        ..Default::default()
    }
}

impl Bus {
    /// Makes the owner's stream if it is not there; its state.
    pub async fn ensure_stream(&self, owner: &str, replicas: usize) -> Result<StreamState> {
        let stream = self
            .jetstream
            .get_or_create_stream(stream_settings(owner, replicas))
            .await
            .with_context(|| format!("the stream {} cannot be made", stream_name(owner)))?;
        state(stream.cached_info())
    }

    /// The durable consumer of a service on an owner's stream, for the given subjects; made if missing.
    pub(crate) async fn ensure_consumer(
        &self,
        owner: &str,
        name: &str,
        filters: &[String],
    ) -> Result<async_nats::jetstream::consumer::PullConsumer> {
        let settings = pull::Config {
            durable_name: Some(name.to_owned()),
            filter_subjects: filters.to_vec(),
            max_ack_pending: 4_000,
            ..consumer_settings()
        };
        let stream = self.jetstream.get_stream(stream_name(owner)).await?;
        Ok(stream.create_consumer(settings).await?)
    }
}

fn state(info: &stream::Info) -> Result<StreamState> {
    let last_sequence = info.state.last_sequence;
    Ok(StreamState {
        created_at: instant(info.created.unix_timestamp_nanos())?,
        last_sequence,
        last_at: (last_sequence > 0)
            .then(|| instant(info.state.last_timestamp.unix_timestamp_nanos()))
            .transpose()?,
    })
}

fn instant(nanos: i128) -> Result<Timestamp> {
    Ok(Timestamp::from_nanosecond(nanos)?)
}

fn consumer_settings() -> pull::Config {
    pull::Config {
        ack_policy: AckPolicy::Explicit,
        deliver_policy: DeliverPolicy::All,
        ack_wait: Duration::from_secs(30),
        max_deliver: -1,
        ..Default::default()
    }
}

/// What an agency hears: its referrals, and what became of what it said of them.
pub const AGENCY_HEARS: [&str; 5] =
    ["referral_issued", "action_refused", "referral_withdrawn", "extension_ruled", "documents_received"];

/// Makes the durable consumer from which an agency's adapter pulls what is meant for it.
/// It is made by routing: an agency may not make consumers.
pub async fn agency_consumer(bus: &Bus, agency: &str) -> Result<()> {
    let subjects = AGENCY_HEARS.iter().map(|fact| format!("routing.v1.{fact}.*.{agency}.*"));
    let settings = pull::Config {
        durable_name: Some(agency.to_owned()),
        filter_subjects: subjects.collect(),
        max_ack_pending: 500,
        ..consumer_settings()
    };
    let stream = bus.jetstream.get_stream(stream_name("routing")).await?;
    stream.create_consumer(settings).await?;
    Ok(())
}
