//! States reminders and breaches when their moment has passed, once, by however many replicas.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::Result;
use chassis::Life;
use jiff::{SignedDuration, Timestamp};
use outbox::{Store, Sweep};
use tokio::time::Instant;

use crate::Config;
use crate::domain::clock::Kept;
use crate::domain::rules::Rules;
use crate::on::tell::state;
use crate::store::clocks;
use crate::store::rules::RuleBook;

/// Clocks of one transaction, at most.
const BATCH: usize = 500;

/// Below this moment nothing is armed, as far as this replica knows: in a burst the sweep need not read again over
/// the dead index entries of what it has just fired. What another replica arms below it waits for the next full look.
#[derive(Debug, Clone)]
pub struct Mark(Arc<AtomicI64>);

impl Default for Mark {
    fn default() -> Self {
        Mark(Arc::new(AtomicI64::new(i64::MIN)))
    }
}

impl Mark {
    /// Something is armed at `at`.
    pub fn lower(&self, at: Timestamp) {
        self.0.fetch_min(at.as_microsecond(), Ordering::AcqRel);
    }

    /// Everything may be armed below.
    fn forget(&self) {
        self.0.store(i64::MIN, Ordering::Release);
    }

    fn get(&self) -> i64 {
        self.0.load(Ordering::Acquire)
    }

    /// Moves up to `to`, unless it was lowered since it was read as `from`.
    fn raise(&self, from: i64, to: Timestamp) {
        // Lowered meanwhile: the lower mark stands.
        let _ = self.0.compare_exchange(from, to.as_microsecond(), Ordering::AcqRel, Ordering::Acquire);
    }
}

/// The sweep.
pub struct FireDue {
    store: Store,
    book: RuleBook,
    mark: Mark,
    grace: SignedDuration,
    wait: Duration,
    full: Duration,
    /// When all was last looked at, whatever the mark says.
    looked: Instant,
}

impl Sweep for FireDue {
    async fn sweep(&mut self) -> Result<bool> {
        if self.looked.elapsed() >= self.full {
            self.mark.forget();
            self.looked = Instant::now();
        }
        Ok(self.fire().await? == BATCH)
    }
}

impl FireDue {
    /// Fires the clocks of `store`.
    #[must_use]
    pub fn new(config: &Config, store: &Store, book: &RuleBook, mark: &Mark) -> Self {
        Self {
            store: store.clone(),
            book: book.clone(),
            mark: mark.clone(),
            grace: SignedDuration::from_millis(i64::from(config.grace_ms)),
            wait: Duration::from_millis(u64::from(config.sweep_wait_ms.max(1))),
            full: Duration::from_millis(u64::from(config.full_sweep_ms)),
            looked: Instant::now(),
        }
    }

    /// Runs until the life ends.
    pub fn spawn(self, life: &Life) {
        let (store, wait) = (self.store.clone(), self.wait);
        store.sweep("clocks", wait, self, life);
    }

    /// States what the next clocks owe, in one transaction; how many clocks these were, 500 at most.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn fire(&self) -> Result<usize> {
        let now = self.store.clock().now();
        let Ok(until) = now.checked_sub(self.grace) else { return Ok(0) };
        let mark = self.mark.get();
        let low = Timestamp::from_microsecond(mark).ok();
        let mut tx = self.store.begin().await?;
        let rules = self.book.current(tx.connection()).await?;
        let mut due = clocks::due(tx.connection(), low, until, BATCH as i64, &rules).await?;
        let last = due.iter().filter_map(|kept| kept.clock.next_at(&rules)).max();
        for kept in &mut due {
            self.state(&mut tx, kept, now, &rules);
        }
        if !due.is_empty() {
            clocks::save_run(tx.connection(), &due, &rules).await?;
        }
        tx.commit().await?;
        if due.len() == BATCH {
            self.raise(mark, last, &due, &rules);
        }
        Ok(due.len())
    }

    /// A clock that new rules have not reached yet is brought up to date first: it may not be due any more.
    fn state(&self, tx: &mut outbox::Tx, kept: &mut Kept, now: Timestamp, rules: &Rules) {
        if let Some(moved) = kept.clock.refresh(rules, now) {
            state(tx, now, kept, moved, rules);
        }
        for told in kept.clock.fire(now, self.grace, rules) {
            state(tx, now, kept, told, rules);
        }
    }

    /// All before the last of a full batch is done, except what these clocks owe next.
    fn raise(&self, mark: i64, last: Option<Timestamp>, fired: &[Kept], rules: &Rules) {
        let next = fired.iter().filter_map(|kept| kept.clock.next_at(rules)).min();
        if let Some(to) = last.into_iter().chain(next).min() {
            self.mark.raise(mark, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_that_was_lowered_meanwhile_is_not_raised() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mark = Mark::default();
        let from = mark.get();
        mark.raise(from, at(10));
        assert_eq!(mark.get(), at(10).as_microsecond());
        let from = mark.get();
        mark.lower(at(5));
        mark.raise(from, at(20));
        assert_eq!(mark.get(), at(5).as_microsecond());
    }
}
