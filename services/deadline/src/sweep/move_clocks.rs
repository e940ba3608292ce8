//! Moves the open clocks that new rules touch, in bounded batches, by however many replicas (rule 7).

use std::time::Duration;

use anyhow::Result;
use chassis::Life;
use outbox::{Store, Sweep};

use super::fire_due::Mark;
use crate::Config;
use crate::domain::clock::Kept;
use crate::on::tell::state;
use crate::store::rules::RuleBook;
use crate::store::{clocks, moves};

/// Clocks of one transaction, at most.
const BATCH: usize = 2_000;
/// Workers of one replica: while one waits for the database another thinks.
const WORKERS: usize = 2;

/// The sweep. Copies work at the same time, each at a part of its own.
#[derive(Clone)]
pub struct MoveClocks {
    store: Store,
    book: RuleBook,
    mark: Mark,
    wait: Duration,
}

impl Sweep for MoveClocks {
    async fn sweep(&mut self) -> Result<bool> {
        self.step().await
    }
}

impl MoveClocks {
    /// Moves the clocks of `store`.
    #[must_use]
    pub fn new(config: &Config, store: &Store, book: &RuleBook, mark: &Mark) -> Self {
        let wait = Duration::from_millis(u64::from(config.sweep_wait_ms.max(1)));
        Self { store: store.clone(), book: book.clone(), mark: mark.clone(), wait }
    }

    /// Works until the life ends.
    pub fn spawn(self, life: &Life) {
        for _ in 0..WORKERS {
            self.store.sweep("moves", self.wait, self.clone(), life);
        }
    }

    /// Moves the next clocks of a part that no other worker has, in one transaction; whether there was any.
    ///
    /// # Errors
    /// When the database is away; nothing is moved then, and the part is left where it was.
    pub async fn step(&self) -> Result<bool> {
        if !moves::any(&mut *self.store.pool().acquire().await?).await? {
            return Ok(false);
        }
        let mut tx = self.store.begin().await?;
        let rules = self.book.current(tx.connection()).await?;
        let Some(part) = moves::take(tx.connection()).await? else { return Ok(false) };
        let next = moves::next(tx.connection(), &part, BATCH as i64).await?;
        let ids: Vec<_> = next.iter().map(|(_, id)| *id).collect();
        let mut moved: Vec<Kept> = Vec::new();
        if !ids.is_empty() {
            let now = self.store.clock().now();
            for mut kept in clocks::load(tx.connection(), &ids, &rules).await? {
                if let Some(told) = kept.clock.refresh(&rules, now) {
                    state(&mut tx, now, &kept, told, &rules);
                    moved.push(kept);
                }
            }
        }
        if !moved.is_empty() {
            clocks::save_run(tx.connection(), &moved, &rules).await?;
        }
        let reached = next.last().filter(|_| next.len() == BATCH).copied();
        moves::advance(tx.connection(), &part, reached, moved.len()).await?;
        tx.commit().await?;
        if let Some(next_at) = moved.iter().filter_map(|kept| kept.clock.next_at(&rules)).min() {
            self.mark.lower(next_at);
        }
        Ok(true)
    }
}
