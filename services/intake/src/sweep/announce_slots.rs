//! Announces the slots that patterns give, and cancels those that a closure or a changed pattern takes away.

use std::time::Duration;

use anyhow::Result;
use chassis::Life;
use chassis::clock::Clock;
use contracts::intake::{AttendanceAnnounced, AttendanceCancelled};
use contracts::timestamp;
use jalali::Tehran;
use jiff::Timestamp;
use jiff::civil::Date;
use outbox::{Store, Sweep, Tx};

use crate::domain::attendance::{Changes, Slot, State};
use crate::store::{attendance, slots};

/// How often it looks whether the day or the book has changed.
const PAUSE: Duration = Duration::from_secs(5);

/// The sweep.
pub struct AnnounceSlots {
    store: Store,
    tehran: Tehran,
    /// The day and the edition of the book that were announced last: nothing is to be done for them again.
    done: Option<(Date, i64)>,
}

impl AnnounceSlots {
    /// Announces slots until the life ends.
    pub fn spawn(store: &Store, tehran: &Tehran, life: &Life) {
        let sweep = AnnounceSlots { store: store.clone(), tehran: tehran.clone(), done: None };
        store.sweep("slots", PAUSE, sweep, life);
    }
}

impl Sweep for AnnounceSlots {
    async fn sweep(&mut self) -> Result<bool> {
        let clock = self.store.clock().clone();
        let now = clock.now();
        let seen = (self.tehran.zoned(now).date(), attendance::edition(self.store.pool()).await?);
        if self.done != Some(seen) {
            let mut tx = self.store.begin().await?;
            announce(&mut tx, &clock, &self.tehran, now).await?;
            tx.commit().await?;
            self.done = Some(seen);
        }
        Ok(false)
    }
}

/// Makes the slots those of the plan as of `now`, and states what changed.
pub(crate) async fn announce(tx: &mut Tx, clock: &Clock, tehran: &Tehran, now: Timestamp) -> Result<Changes> {
    let today = tehran.zoned(now).date();
    let book = attendance::locked_book(tx.connection(), today).await?;
    if book.patterns.is_empty() {
        return Ok(Changes::default());
    }
    let standing = slots::from_day(tx.connection(), today).await?;
    let changes = book.reconcile(&standing, now, tehran, || clock.new_id());
    if !changes.slots.is_empty() {
        slots::save(tx.connection(), &changes.slots).await?;
    }
    for slot in &changes.slots {
        state(tx, slot);
    }
    Ok(changes)
}

/// States what was announced or cancelled.
pub(crate) fn state(tx: &mut Tx, slot: &Slot) {
    let at = slot.changed_at;
    let planned = &slot.planned;
    if slot.state == State::Announced {
        let announced = AttendanceAnnounced {
            slot_id: slot.slot_id.to_string(),
            official: planned.official.code.clone(),
            name_fa: planned.official.name_fa.clone(),
            title_fa: planned.official.title_fa.clone(),
            province: planned.province.clone(),
            centre: planned.centre.clone(),
            starts_at: Some(timestamp(planned.starts_at)),
            ends_at: Some(timestamp(planned.ends_at)),
            sequence: slot.sequence,
            announced_at: Some(timestamp(at)),
        };
        tx.emit(at, &announced);
    } else {
        let cancelled = AttendanceCancelled {
            slot_id: slot.slot_id.to_string(),
            official: planned.official.code.clone(),
            province: planned.province.clone(),
            centre: planned.centre.clone(),
            starts_at: Some(timestamp(planned.starts_at)),
            sequence: slot.sequence,
            reason_fa: slot.reason_fa.clone(),
            uncovered: slot.state == State::Uncovered,
            cancelled_at: Some(timestamp(at)),
        };
        tx.emit(at, &cancelled);
    }
}
