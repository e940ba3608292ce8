//! A referral that is held back from the adapter: the runner pulls beside it, as another copy of it would, and keeps
//! what it gets.

use std::time::Duration;

use anyhow::{Result, bail};
use async_nats::jetstream::AckKind;
use async_nats::jetstream::consumer::pull::Batch;
use async_nats::jetstream::message::Message;
use futures_util::StreamExt;

use super::scene::{Given, Scene};
use crate::sandbox::{Draft, is_about};

/// The broker gives to those who pull in turn: an adapter with more pulls open than this keeps its turn for ever.
const TURNS: usize = 20;
/// Longer than all turns take.
const PULL_FOR: Duration = Duration::from_secs(60);

/// See the module. Dropped without a word, the broker gives it to the adapter after the ack wait of 30 s.
pub struct Withheld {
    pub given: Given,
    message: Message,
}

impl Withheld {
    /// Lets it go: the adapter gets it now.
    ///
    /// # Errors
    /// When the broker is away.
    pub async fn release(self) -> Result<Given> {
        give_back(&self.message).await?;
        Ok(self.given)
    }
}

impl Scene {
    /// Brings the draft in and holds back the referral that it becomes. The adapter may get others on the way.
    ///
    /// # Errors
    /// When the adapter takes all of them.
    pub async fn withhold(&self, draft: &Draft) -> Result<Withheld> {
        let consumer = self.feed.consumer().await?;
        let pull = async || anyhow::Ok(consumer.batch().max_messages(1).expires(PULL_FOR).messages().await?);
        let mut pulled = pull().await?;
        self.feed.client.flush().await?;
        for _ in 0..TURNS {
            let given = self.issue(draft).await?;
            match self.whose(&mut pulled, &given).await? {
                Some(message)
                    if message.headers.as_ref().is_some_and(|headers| is_about(headers, given.id())) =>
                {
                    return Ok(Withheld { given, message });
                }
                Some(other) => {
                    give_back(&other).await?;
                    pulled = pull().await?;
                }
                None => {}
            }
        }
        bail!("no referral could be held back: the adapter keeps more than {TURNS} pulls open at one time")
    }

    /// What the runner got, or nothing: then the adapter has it.
    async fn whose(&self, pulled: &mut Batch, given: &Given) -> Result<Option<Message>> {
        tokio::select! {
            biased;
            message = pulled.next() => match message {
                Some(Ok(message)) => Ok(Some(message)),
                Some(Err(error)) => bail!("the broker gives nothing: {error}"),
                None => bail!("the broker gives nothing"),
            },
            acted = self.acted(given) => acted.map(|()| None),
        }
    }
}

async fn give_back(message: &Message) -> Result<()> {
    let told = message.ack_with(AckKind::Nak(None)).await;
    told.map_err(|error| anyhow::anyhow!("a referral could not be given back: {error}"))
}
