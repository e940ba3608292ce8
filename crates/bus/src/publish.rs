//! Publishing in batches: all sent, then all acknowledgements awaited.

use anyhow::{Context, Result};
use async_nats::jetstream::message::PublishMessage;

use crate::{Bus, Envelope, stream_name};

/// What the broker said of one published fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// Its place in the stream.
    pub sequence: u64,
    /// The broker had it already.
    pub duplicate: bool,
}

impl Bus {
    /// Publishes facts of `owner` in order and waits until all are stored.
    /// On an error some may be stored: publish all again, the broker knows them by their ids.
    pub async fn publish(&self, owner: &str, facts: &[Envelope]) -> Result<Vec<Published>> {
        let stream = stream_name(owner);
        let mut waiting = Vec::with_capacity(facts.len());
        for fact in facts {
            let message = PublishMessage::build()
                .headers(fact.headers())
                .expected_stream(&stream)
                .payload(fact.data.clone());
            let sent = self.jetstream.send_publish(fact.subject.clone(), message).await;
            waiting.push(sent.with_context(|| format!("{} cannot be published", fact.message))?);
        }
        let mut published = Vec::with_capacity(waiting.len());
        for acknowledgement in waiting {
            let acknowledged =
                acknowledgement.await.with_context(|| format!("{stream} did not acknowledge"))?;
            published.push(Published { sequence: acknowledged.sequence, duplicate: acknowledged.duplicate });
        }
        Ok(published)
    }
}
