//! Ends the asking where a citizen did not say in time whether an answer solved the matter (rule 8).

use std::time::Duration;

use anyhow::Result;
use chassis::Life;
use contracts::intake::FeedbackLapsed;
use contracts::timestamp;
use outbox::{Store, Sweep};

use crate::store::feedback;

/// How often it looks, in the machine's time.
const PAUSE: Duration = Duration::from_secs(1);
/// Answers of one commit.
const BATCH: usize = 500;

/// The sweep.
pub struct LapseFeedback(Store);

impl LapseFeedback {
    /// Starts the sweep.
    pub fn spawn(store: &Store, life: &Life) {
        store.sweep("lapsed feedback", PAUSE, LapseFeedback(store.clone()), life);
    }
}

impl Sweep for LapseFeedback {
    async fn sweep(&mut self) -> Result<bool> {
        let now = self.0.clock().now();
        let mut tx = self.0.begin().await?;
        let lapsed = feedback::lapse(tx.connection(), now, BATCH as i64).await?;
        if lapsed.is_empty() {
            return Ok(false);
        }
        for lapse in &lapsed {
            let fact = FeedbackLapsed {
                case_id: lapse.case_id.to_string(),
                province: lapse.province.clone(),
                county: lapse.county.clone(),
                topic: lapse.topic.clone(),
                answer: u32::try_from(lapse.answer).unwrap_or_default(),
                lapsed_at: Some(timestamp(lapse.feedback_until.to_jiff())),
            };
            tx.emit(now, &fact);
        }
        tx.commit().await?;
        Ok(lapsed.len() == BATCH)
    }
}
