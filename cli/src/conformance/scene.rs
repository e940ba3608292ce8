//! What a check works with: a matter that reaches the adapter, what is seen of it, and waiting for both.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use async_nats::HeaderMap;
use bytes::Bytes;
use contracts::agency::ActionKind;
use contracts::routing::{Agency, Referral, ReferralState};
use tokio::sync::{Mutex, OnceCell};
use trust::Standing;

use super::Plan;
use super::adapter::Adapter;
use super::change::Change;
use super::log::Log;
use crate::broker;
use crate::sandbox::{Draft, Feed, Issued, Sandbox, Way, until};

/// A referral, and how it lies in the stream from which the adapter pulls.
#[derive(Clone)]
pub struct Given {
    pub issued: Issued,
    /// Its place in the stream.
    pub sequence: u64,
    subject: String,
    headers: HeaderMap,
    data: Bytes,
}

impl Given {
    /// The referral's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.issued.referral_id
    }
}

/// See the module.
pub struct Scene {
    pub sandbox: Sandbox,
    pub feed: Feed,
    pub log: Log,
    pub(super) agency: Agency,
    way: Way,
    patience: Duration,
    adapter: Mutex<Option<Adapter>>,
    specimen: OnceCell<Given>,
}

impl Scene {
    /// That of the plan, with the adapter started if it says how.
    ///
    /// # Errors
    /// When the sandbox does not answer or has no such agency.
    pub async fn open(sandbox: &Sandbox, plan: &Plan) -> Result<Self> {
        let agency = sandbox.agency(&plan.agency).await?;
        let way = Way::to(&agency, plan.topic.as_deref(), &routing::catalogue_file::shipped()?);
        let feed = Feed::open(sandbox, &plan.agency).await?;
        feed.consumer().await?;
        let log = Log::keep(&feed.client, &plan.agency).await?;
        let file = sandbox.data.join(format!("{}.adapter.log", plan.agency));
        let mut adapter = plan.restart_command.clone().map(|command| Adapter::new(command, file));
        if let Some(adapter) = &mut adapter {
            adapter.start()?;
        }
        Ok(Scene {
            sandbox: sandbox.clone(),
            feed,
            log,
            agency,
            way,
            patience: plan.patience,
            adapter: Mutex::new(adapter),
            specimen: OnceCell::new(),
        })
    }

    /// Ends the adapter, if it was started here.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn close(self) -> Result<()> {
        match self.adapter.into_inner() {
            Some(mut adapter) => adapter.end("TERM", self.patience).await,
            None => Ok(()),
        }
    }

    /// Waits for `look`, as long as the adapter may take.
    ///
    /// # Errors
    /// When it finds nothing, with `what` was waited for.
    pub async fn until<T>(&self, what: &str, look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
        let found = until(self.patience, what, look).await;
        // Why nothing came, if the adapter is not even there.
        if let (Err(_), Some(adapter)) = (&found, self.adapter.lock().await.as_mut()) {
            adapter.stands()?;
        }
        found
    }

    /// One referral on which the simplest checks look together.
    pub async fn specimen(&self) -> Result<&Given> {
        self.specimen.get_or_try_init(async || self.issue(&Draft::default()).await).await
    }

    /// Brings the draft in, so that it is referred to the adapter's agency.
    pub async fn issue(&self, draft: &Draft) -> Result<Given> {
        let issued = self.sandbox.issue(&self.agency, &self.way, draft).await?;
        self.given(issued).await
    }

    /// That referral as it lies in the stream.
    pub async fn given(&self, issued: Issued) -> Result<Given> {
        let message = self.feed.latest("referral_issued", &issued).await?;
        let (subject, data) = (message.subject.to_string(), message.payload);
        Ok(Given { issued, sequence: message.sequence, subject, headers: message.headers, data })
    }

    /// Gives the adapter the same referral again, changed so; its new place in the stream.
    pub async fn again(&self, given: &Given, change: Change) -> Result<u64> {
        let body = change.body(&given.headers, &given.data)?;
        self.feed.say(&given.subject, Change::headers(&given.headers), body).await
    }

    /// The place of the latest fact called `name` on that referral.
    pub async fn news(&self, name: &str, given: &Given) -> Result<u64> {
        Ok(self.feed.latest(name, &given.issued).await?.sequence)
    }

    /// Waits for the first action on the referral.
    pub async fn acted(&self, given: &Given) -> Result<()> {
        self.until("no action came on the referral", async || {
            Ok((!self.log.actions(given.id()).is_empty()).then_some(()))
        })
        .await
    }

    /// Waits until the adapter has answered the referral, or returned it.
    pub async fn ended(&self, given: &Given) -> Result<()> {
        let what = "the referral was neither answered nor returned";
        self.until(what, async || {
            let state = self.referral(given).await?.state();
            let over = [ReferralState::Answered, ReferralState::Held, ReferralState::Returned];
            Ok(over.contains(&state).then_some(()))
        })
        .await
    }

    /// Waits until the adapter has acknowledged what lies at `sequence`.
    pub async fn acknowledged(&self, sequence: u64, what: &str) -> Result<()> {
        let what = format!("{what} was not acknowledged");
        self.until(&what, async || Ok(self.log.is_acknowledged(sequence).then_some(()))).await
    }

    /// The referral as Samad has it.
    pub async fn referral(&self, given: &Given) -> Result<Referral> {
        let referrals = self.sandbox.referrals(&given.issued.case_id).await?;
        let own = referrals.into_iter().find(|referral| referral.referral_id == given.issued.referral_id);
        own.context("Samad has lost the referral")
    }

    /// That not more than one answer was given to the referral, however often.
    ///
    /// # Errors
    /// With the ids of those that were.
    pub fn answered_once(&self, given: &Given) -> Result<()> {
        let ids = self.log.ids(given.id(), ActionKind::Answer);
        match ids.len() {
            0 | 1 => Ok(()),
            count => bail!(
                "action_id: {count} answers were given to one referral, {}: a repeat bears the id of the first, so \
                 derive it from the referral's id (UUIDv5)",
                ids.join(" and ")
            ),
        }
    }

    /// Cuts the agency's connections and lets them in again.
    pub async fn cut_off(&self) -> Result<()> {
        let Sandbox { data, nats_url, .. } = &self.sandbox;
        broker::stand(nats_url, data, &self.agency.code, Standing::Suspended).await?;
        broker::stand(nats_url, data, &self.agency.code, Standing::Active).await
    }

    /// Ends the adapter's process.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn end_adapter(&self, signal: &str) -> Result<()> {
        match self.adapter.lock().await.as_mut() {
            Some(adapter) => adapter.end(signal, self.patience).await,
            None => bail!("say --restart-command"),
        }
    }

    /// Starts it again.
    pub async fn start_adapter(&self) -> Result<()> {
        match self.adapter.lock().await.as_mut() {
            Some(adapter) => adapter.start(),
            None => bail!("say --restart-command"),
        }
    }
}
