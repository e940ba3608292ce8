//! Sends what is due: takes it, sends it outside any transaction, then writes down what became of it.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chassis::{Life, Sealer};
use contracts::NoticeId;
use contracts::intake::ContactPoint;
use contracts::notification::{NoticeFailed, NoticeSent, Transport};
use contracts::timestamp;
use jiff::Timestamp;
use outbox::{Store, Tx};
use prost::Message as _;

use crate::Config;
use crate::domain::retry::Patience;
use crate::domain::text::Texts;
use crate::out::{Fate, Letter, Out};
use crate::store::notices::{self, Outcome, Taken};

/// Notices taken at once, at most.
const BATCH: usize = 500;

/// The sweep.
pub struct SendDue {
    store: Store,
    sealer: Sealer,
    texts: Texts,
    out: Out,
    patience: Patience,
    wait: Duration,
}

impl SendDue {
    /// Sends the notices of `store` as configured.
    ///
    /// # Errors
    /// When the templates or the configuration of a transport cannot be used.
    pub fn new(config: &Config, store: &Store, sealer: &Sealer) -> Result<Self> {
        Ok(Self {
            store: store.clone(),
            sealer: sealer.clone(),
            texts: Texts::new().context("the templates cannot be read")?,
            out: Out::new(config)?,
            patience: Patience { backoff_s: config.backoff_s, max_attempts: config.max_attempts },
            wait: Duration::from_millis(u64::from(config.sweep_wait_ms.max(1))),
        })
    }

    /// Runs until the life ends.
    pub fn spawn(self, life: &Life) {
        let ending = life.clone();
        life.spawn("notices", async move {
            while !ending.is_stopping() {
                match self.send().await {
                    Ok(taken) if taken == BATCH => continue,
                    Ok(_) => {}
                    Err(error) => {
                        tracing::warn!(error = format!("{error:#}"), "notices were not sent: trying again");
                    }
                }
                tokio::select! { () = tokio::time::sleep(self.wait) => {}, () = ending.stopping() => {} }
            }
            Ok(())
        });
    }

    /// Sends the next notices; how many were taken, 500 at most.
    ///
    /// # Errors
    /// When the database is away. What was sent and could not be written down is sent again after its lease, under
    /// the same id.
    pub async fn send(&self) -> Result<usize> {
        let taken = notices::take(self.store.pool(), self.store.clock().now(), BATCH as i64).await?;
        if taken.is_empty() {
            return Ok(0);
        }
        let (mut letters, mut fates) = (Vec::with_capacity(taken.len()), Vec::new());
        for notice in &taken {
            match self.letter(notice) {
                Ok(letter) => letters.push(letter),
                Err(reason) => fates.push((notice.notice_id, Transport::Unspecified, Err(reason))),
            }
        }
        fates.extend(self.out.send(letters).await);
        self.settle(&taken, fates).await?;
        Ok(taken.len())
    }

    fn letter(&self, notice: &Taken) -> Result<Letter, String> {
        let unreadable = |_| "the contact point cannot be opened: was the seal key changed?".to_owned();
        let opened = self.sealer.open(&notice.sealed).map_err(unreadable)?;
        let contact =
            ContactPoint::decode(opened.as_slice()).map_err(|_| "the contact point is damaged".to_owned())?;
        let text = self.texts.render(notice.template, &contact, &notice.details);
        // The engine's own message may quote what it rendered.
        let text = text
            .map_err(|error| format!("the template {} failed: {:?}", notice.template.name(), error.kind()))?;
        Ok(Letter { notice_id: notice.notice_id, contact, text })
    }

    async fn settle(&self, taken: &[Taken], fates: Vec<Fate>) -> Result<()> {
        let now = self.store.clock().now();
        let by_id: HashMap<NoticeId, &Taken> =
            taken.iter().map(|notice| (notice.notice_id, notice)).collect();
        let mut outcomes: Vec<Outcome> = Vec::with_capacity(fates.len());
        for (notice_id, transport, sent) in fates {
            let Some(notice) = by_id.get(&notice_id) else { continue };
            let again_at = sent.as_ref().err().and_then(|_| self.patience.again_at(notice.attempts, now));
            let error = sent.err().unwrap_or_default();
            outcomes.push(Outcome { notice_id, attempts: notice.attempts, transport, error, again_at });
        }
        let failed = outcomes.iter().filter(|outcome| !outcome.error.is_empty()).count();
        if failed > 0 {
            let reason = outcomes.iter().map(|outcome| &outcome.error).find(|error| !error.is_empty());
            tracing::warn!(failed, reason, "notices could not be sent");
        }
        outcomes.sort_unstable_by_key(|outcome| outcome.notice_id);
        let mut tx = self.store.begin().await?;
        let news = notices::settle(tx.connection(), &outcomes, now).await?;
        let by_outcome: HashMap<NoticeId, &Outcome> = outcomes.iter().map(|o| (o.notice_id, o)).collect();
        for id in news {
            if let (Some(notice), Some(outcome)) = (by_id.get(&id), by_outcome.get(&id)) {
                state(&mut tx, notice, outcome, now);
            }
        }
        tx.commit().await
    }
}

/// States what became of a notice, if that is settled.
fn state(tx: &mut Tx, notice: &Taken, outcome: &Outcome, now: Timestamp) {
    let (notice_id, case_id) = (notice.notice_id.to_string(), notice.case_id.to_string());
    let (province, cause_fact_id) = (notice.province.clone(), notice.cause.to_string());
    let (template, attempts) = (notice.template.name().to_owned(), notice.attempts);
    let (transport, at) = (outcome.transport.into(), Some(timestamp(now)));
    if outcome.again_at.is_some() {
        return;
    }
    if outcome.error.is_empty() {
        let sent_at = at;
        tx.emit(
            now,
            &NoticeSent {
                notice_id,
                case_id,
                province,
                cause_fact_id,
                template,
                transport,
                attempts,
                sent_at,
            },
        );
    } else {
        let (reason, failed_at) = (outcome.error.clone(), at);
        tx.emit(
            now,
            &NoticeFailed {
                notice_id,
                case_id,
                province,
                cause_fact_id,
                template,
                transport,
                attempts,
                reason,
                failed_at,
            },
        );
    }
}
