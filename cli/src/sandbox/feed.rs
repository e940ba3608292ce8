//! An agency's feed on the sandbox's broker, as whoever runs it may touch it: held back, looked into, and given what
//! routing did not say.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::Stream;
use async_nats::{Client, HeaderMap};
use bytes::Bytes;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Issued, PATIENCE, Sandbox, until};
use crate::keyring::{Keyring, now};
use crate::{broker, given};

/// Where routing states its facts.
const STREAM: &str = "ROUTING";
/// A feed whose holder ended without a word flows again after so long.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_secs(60);
/// Facts of routing among which the latest on a referral is looked for.
const LOOK_BACK: u64 = 1_000;
/// How long the broker may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// See the module.
pub struct Feed {
    /// The connection of whoever runs the sandbox.
    pub client: Client,
    agency: String,
    jetstream: async_nats::jetstream::Context,
    stream: Stream<()>,
}

impl Feed {
    /// That of the agency.
    ///
    /// # Errors
    /// When the sandbox does not run.
    pub async fn open(sandbox: &Sandbox, agency: &str) -> Result<Self> {
        let credentials = given::operations(&sandbox.nats_url, &Keyring::load(&sandbox.data)?)?;
        let client = broker::connect(&sandbox.nats_url, credentials.as_deref()).await?;
        let jetstream = async_nats::jetstream::new(client.clone());
        let stream = jetstream.get_stream_no_info(STREAM).await?;
        Ok(Feed { client, agency: agency.to_owned(), jetstream, stream })
    }

    /// The agency's consumer, which routing makes soon after its start.
    ///
    /// # Errors
    /// When it stays away.
    pub async fn consumer(&self) -> Result<PullConsumer> {
        until(PATIENCE, "routing makes the agency's consumer", async || {
            Ok(self.stream.get_consumer(&self.agency).await.ok())
        })
        .await
    }

    /// Does `deed` while nothing is given to the agency's adapter, which finds both there afterwards: what was said
    /// and what followed from it.
    ///
    /// # Errors
    /// Those of the deed.
    pub async fn while_held<T>(&self, deed: impl Future<Output = Result<T>>) -> Result<T> {
        self.consumer().await?;
        self.hold(Some(LONGEST_PAUSE)).await?;
        let done = deed.await;
        self.hold(None).await?;
        done
    }

    async fn hold(&self, pause: Option<SignedDuration>) -> Result<()> {
        let request = match pause {
            Some(pause) => json!({"pause_until": now().checked_add(pause)?.to_string()}),
            None => json!({}),
        };
        let subject = format!("$JS.API.CONSUMER.PAUSE.{STREAM}.{}", self.agency);
        let asked = self.client.request(subject, request.to_string().into());
        let answer =
            tokio::time::timeout(ANSWER_WITHIN, asked).await.context("the broker did not answer")??;
        let answer: Value = serde_json::from_slice(&answer.payload)?;
        match answer.get("error") {
            Some(error) => bail!("the agency's consumer cannot be held: {}", error["description"]),
            None => Ok(()),
        }
    }

    /// The latest fact called `name` on that referral, as it lies in the stream.
    ///
    /// # Errors
    /// When none is published.
    pub async fn latest(&self, name: &str, issued: &Issued) -> Result<StreamMessage> {
        let Issued { province, agency, referral_id, .. } = issued;
        let subject = format!("routing.v1.{name}.{province}.{agency}.{}", contracts::shard(referral_id));
        let what = format!("routing states {name}");
        until(PATIENCE, &what, async || Ok(self.latest_about(&subject, referral_id).await)).await
    }

    /// The latest message on that subject about that referral; others share the subject.
    async fn latest_about(&self, subject: &str, referral_id: &str) -> Option<StreamMessage> {
        let last = self.stream.get_last_raw_message_by_subject(subject).await.ok()?;
        if is_about(&last.headers, referral_id) {
            return Some(last);
        }
        let mut found = None;
        let mut next = last.sequence.saturating_sub(LOOK_BACK).max(1);
        while next < last.sequence {
            let message = self.stream.get_first_raw_message_by_subject(subject, next).await.ok()?;
            next = message.sequence + 1;
            if is_about(&message.headers, referral_id) {
                found = Some(message);
            }
        }
        found
    }

    /// Says something in routing's name; its place in the stream. A `Nats-Msg-Id` that the stream knows is a repeat,
    /// which the broker drops: leave it out.
    ///
    /// # Errors
    /// When the broker does not take it.
    pub async fn say(&self, subject: &str, headers: HeaderMap, data: Bytes) -> Result<u64> {
        let said = self.jetstream.publish_with_headers(subject.to_owned(), headers, data).await?;
        Ok(said.await?.sequence)
    }
}

/// Whether a message says that it is about that referral.
#[must_use]
pub fn is_about(headers: &HeaderMap, referral_id: &str) -> bool {
    bus::header(headers, "ce-subject") == Some(referral_id)
}
