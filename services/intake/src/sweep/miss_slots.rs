//! States which slots passed without anybody being recorded as attending.

use std::time::Duration;

use anyhow::Result;
use chassis::Life;
use contracts::intake::SlotMissed;
use contracts::timestamp;
use outbox::{Store, Sweep};

use crate::store::slots;

/// How often it looks.
const PAUSE: Duration = Duration::from_secs(5);
/// Slots of one transaction, at most.
const BATCH: usize = 500;

/// The sweep.
pub struct MissSlots(Store);

impl MissSlots {
    /// States missed slots until the life ends.
    pub fn spawn(store: &Store, life: &Life) {
        store.sweep("missed slots", PAUSE, MissSlots(store.clone()), life);
    }
}

impl Sweep for MissSlots {
    async fn sweep(&mut self) -> Result<bool> {
        let now = self.0.clock().now();
        let mut tx = self.0.begin().await?;
        let missed = slots::miss(tx.connection(), now, BATCH as i64).await?;
        for slot in &missed {
            let fact = SlotMissed {
                slot_id: slot.slot_id.to_string(),
                official: slot.planned.official.code.clone(),
                province: slot.planned.province.clone(),
                centre: slot.planned.centre.clone(),
                starts_at: Some(timestamp(slot.planned.starts_at)),
                ends_at: Some(timestamp(slot.planned.ends_at)),
                missed_at: Some(timestamp(now)),
            };
            tx.emit(now, &fact);
        }
        tx.commit().await?;
        Ok(missed.len() == BATCH)
    }
}
