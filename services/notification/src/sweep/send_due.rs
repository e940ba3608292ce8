//! Sends what is due: takes it, sends it outside any transaction, and writes down what became of each meanwhile.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use chassis::{Life, Sealer};
use contracts::NoticeId;
use contracts::intake::ContactPoint;
use contracts::notification::Transport;
use outbox::{Store, Sweep};
use prost::Message as _;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::lease::Lease;
use super::write_down::write_down;
use crate::Config;
use crate::domain::notice::{Document, Template};
use crate::domain::retry::Patience;
use crate::domain::text::Texts;
use crate::out::{Fate, Letter, Out};
use crate::store::documents;
use crate::store::escalations::{self, Of};
use crate::store::reminders;
use crate::store::sending::{self, Taken};

/// Notices taken at once, at most.
const BATCH: usize = 500;

/// Documents by the fact that brought them; shared by all who get them.
type Enclosed = HashMap<Uuid, Arc<[Document]>>;

/// The sweep.
pub struct SendDue {
    store: Store,
    sealer: Sealer,
    texts: Texts,
    out: Out,
    patience: Patience,
    life: Life,
}

impl Sweep for SendDue {
    async fn sweep(&mut self) -> Result<bool> {
        Ok(self.send().await? == BATCH)
    }
}

impl SendDue {
    /// Sends the notices of `store` as configured, until the life ends.
    ///
    /// # Errors
    /// When the templates or the configuration of a transport cannot be used.
    pub fn spawn(config: &Config, store: &Store, sealer: &Sealer, life: &Life) -> Result<()> {
        let sweep = Self {
            store: store.clone(),
            sealer: sealer.clone(),
            texts: Texts::new(&config.public_url).context("the templates cannot be read")?,
            out: Out::new(config)?,
            patience: Patience { backoff_s: config.backoff_s, max_attempts: config.max_attempts },
            life: life.clone(),
        };
        let wait = Duration::from_millis(u64::from(config.sweep_wait_ms.max(1)));
        store.sweep("notices", wait, sweep, life);
        Ok(())
    }

    /// Sends the next notices under a lease that is renewed meanwhile; how many were taken, 500 at most.
    async fn send(&self) -> Result<usize> {
        let lease = Lease::new(self.out.longest_send());
        let now = self.store.clock().now();
        let mut taken = sending::take(self.store.pool(), now, BATCH as i64, lease.length()).await?;
        self.count_escalations(&mut taken).await?;
        self.count_reminders(&mut taken).await?;
        if !taken.is_empty() {
            let lease = Mutex::new(lease);
            tokio::select! {
                sent = self.send_taken(&taken, &lease) => sent?,
                never = self.keep(&taken, &lease) => match never {},
            }
        }
        Ok(taken.len())
    }

    async fn send_taken(&self, taken: &[Taken], lease: &Mutex<Lease>) -> Result<()> {
        let mut open: BTreeMap<NoticeId, &Taken> =
            taken.iter().map(|taken| (taken.notice_id, taken)).collect();
        let (mut letters, mut unreadable) = (Vec::with_capacity(taken.len()), Vec::new());
        let enclosed = self.enclosed(taken).await?;
        for notice in taken {
            match self.letter(notice, &enclosed) {
                Ok(letter) => letters.push(letter),
                Err(reason) => unreadable.push((notice.notice_id, Transport::Unspecified, Err(reason))),
            }
        }
        let (tell, mut told) = mpsc::channel(BATCH);
        let sending =
            self.out.send(letters, || !self.life.is_stopping() && held(lease).allows_to_begin(), tell);
        // Beside the sending: what a gateway has accepted is known here only until it is written down.
        let writing = async {
            let mut fates: Vec<Fate> = unreadable;
            loop {
                write_down(&self.store, self.patience, &mut open, &mut fates).await?;
                if told.recv_many(&mut fates, BATCH).await == 0 {
                    return anyhow::Ok(());
                }
            }
        };
        let ((), written) = tokio::join!(sending, writing);
        written?;
        let left: Vec<_> = open.into_values().map(|notice| (notice.notice_id, notice.attempts)).collect();
        if left.is_empty() { Ok(()) } else { sending::give_back(self.store.pool(), &left).await }
    }

    /// Renews the lease until it is no longer needed. While the database is away nothing new is begun.
    async fn keep(&self, taken: &[Taken], lease: &Mutex<Lease>) -> Infallible {
        loop {
            tokio::time::sleep(Lease::RENEWAL).await;
            let renewed = held(lease).renewed();
            match sending::renew(self.store.pool(), taken, renewed.length()).await {
                Ok(()) => *held(lease) = renewed,
                Err(error) => tracing::warn!(error = format!("{error:#}"), "a lease was not renewed"),
            }
        }
    }

    /// Fills in what was escalated on the days of these notices.
    async fn count_escalations(&self, taken: &mut [Taken]) -> Result<()> {
        let of = |notice: &Taken| {
            let day = notice.details.day.filter(|_| notice.template == Template::Escalated);
            day.map(|day| (notice.province.clone(), day))
        };
        let wanted: BTreeSet<Of> = taken.iter().filter_map(of).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let wanted: Vec<Of> = wanted.into_iter().collect();
        let counted = escalations::counted(self.store.pool(), &wanted).await?;
        for notice in taken {
            let found = of(notice).and_then(|of| counted.get(&of).cloned());
            notice.details.escalated = found.unwrap_or_default();
        }
        Ok(())
    }

    /// Fills in what agencies are reminded of by these notices.
    async fn count_reminders(&self, taken: &mut [Taken]) -> Result<()> {
        let of = |notice: &Taken| {
            let day = notice.details.day.filter(|_| notice.template == Template::Reminded);
            day.map(|day| (notice.details.of_agency.clone(), day, notice.details.hour))
        };
        let wanted: BTreeSet<reminders::Of> = taken.iter().filter_map(of).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let wanted: Vec<reminders::Of> = wanted.into_iter().collect();
        let counted = reminders::counted(self.store.pool(), &wanted).await?;
        for notice in taken {
            let found = of(notice).and_then(|of| counted.get(&of).cloned());
            notice.details.reminded = found.unwrap_or_default();
        }
        Ok(())
    }

    /// What goes with these notices, by fact; only the staff gets anything.
    async fn enclosed(&self, taken: &[Taken]) -> Result<Enclosed> {
        let with = taken.iter().filter(|notice| !notice.details.enclosed.is_empty());
        let causes: BTreeSet<Uuid> = with.map(|notice| notice.cause.0).collect();
        if causes.is_empty() {
            return Ok(Enclosed::new());
        }
        let causes: Vec<Uuid> = causes.into_iter().collect();
        documents::of(self.store.pool(), &causes).await
    }

    fn letter(&self, notice: &Taken, enclosed: &Enclosed) -> Result<Letter, String> {
        let unreadable = |_| "the contact point cannot be opened: was the seal key changed?".to_owned();
        let opened = self.sealer.open(&notice.sealed).map_err(unreadable)?;
        let contact =
            ContactPoint::decode(opened.as_slice()).map_err(|_| "the contact point is damaged".to_owned())?;
        let text = self.texts.render(notice.template, &contact, &notice.details);
        // The engine's own message may quote what it rendered.
        let text = text
            .map_err(|error| format!("the template {} failed: {:?}", notice.template.name(), error.kind()))?;
        let documents = enclosed.get(&notice.cause.0).filter(|_| notice.to.staff().is_some());
        let enclosed = documents.cloned().unwrap_or_default();
        let is_repeated = notice.attempts > 1;
        Ok(Letter { notice_id: notice.notice_id, contact, text, enclosed, is_repeated })
    }
}

fn held(lease: &Mutex<Lease>) -> std::sync::MutexGuard<'_, Lease> {
    lease.lock().unwrap_or_else(PoisonError::into_inner)
}
