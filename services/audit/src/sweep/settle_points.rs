//! Takes points off for inaction complaints that were not answered in time, and restores them when the breach is
//! withdrawn (rule 6): once, by however many replicas.

use std::time::Duration;

use anyhow::Result;
use chassis::Life;
use jalali::Tehran;
use jiff::Timestamp;
use outbox::{Store, Sweep};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Config;
use crate::contract::{points_deducted, points_restored};
use crate::domain::days::Days;
use crate::domain::points::{Rules, Settlement, settle};
use crate::statement::Statement;
use crate::store::{breaches, deductions, managers, policies};

/// Referrals of one transaction, at most.
const BATCH: i64 = 100;

/// The sweep.
pub struct SettlePoints {
    store: Store,
    tehran: Tehran,
    days: Days,
    wait: Duration,
}

/// What follows for each referral looked at.
type Settled = Vec<(Uuid, Settlement)>;

impl Sweep for SettlePoints {
    async fn sweep(&mut self) -> Result<bool> {
        self.settle().await
    }
}

impl SettlePoints {
    /// Settles in `store`.
    #[must_use]
    pub fn new(config: &Config, store: &Store, tehran: &Tehran, days: &Days) -> Self {
        let wait = Duration::from_millis(config.settle_every_ms.max(1));
        Self { store: store.clone(), tehran: tehran.clone(), days: days.clone(), wait }
    }

    /// Runs until the life ends.
    pub fn spawn(self, life: &Life) {
        let (store, wait) = (self.store.clone(), self.wait);
        store.sweep("points", wait, self, life);
    }

    /// Settles the next referrals, in one transaction; whether there may be more that can be settled.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn settle(&self) -> Result<bool> {
        // Who appends must not wait for those that wait for a manager: looked at without the tree first.
        let (mut db, now) = (self.store.pool().acquire().await?, self.store.clock().now());
        let looked = self.look(&mut db, now).await?;
        if looked.iter().all(|(_, settlement)| settlement.waits && !settlement.is_news()) {
            let waiting: Vec<Uuid> = looked.into_iter().map(|(referral_id, _)| referral_id).collect();
            breaches::settled(&mut db, &[], &waiting, now).await?;
            return Ok(false);
        }
        drop(db);
        let mut statement = Statement::begin(&self.store).await?;
        let now = statement.now();
        let settled = self.look(statement.connection(), now).await?;
        let (deduct, restore): (Vec<_>, Vec<_>) =
            settled.iter().map(|(_, s)| (s.deduct.as_slice(), s.restore.as_slice())).unzip();
        let (deduct, restore) = (deduct.concat(), restore.concat());
        if !deduct.is_empty() {
            deductions::add(statement.connection(), &deduct).await?;
        }
        if !restore.is_empty() {
            deductions::restore(statement.connection(), &restore).await?;
        }
        deduct.iter().for_each(|deduction| statement.state(&points_deducted(deduction)));
        restore.iter().filter_map(points_restored).for_each(|restored| statement.state(&restored));
        let (waiting, done): (Vec<_>, Vec<_>) = settled.iter().partition(|(_, settlement)| settlement.waits);
        let ids = |some: Vec<&(Uuid, Settlement)>| some.into_iter().map(|(id, _)| *id).collect::<Vec<_>>();
        breaches::settled(statement.connection(), &ids(done), &ids(waiting), now).await?;
        statement.commit(&self.days).await?;
        Ok(settled.len() as i64 == BATCH)
    }

    /// What follows for the next referrals.
    async fn look(&self, db: &mut PgConnection, now: Timestamp) -> Result<Settled> {
        let referrals = breaches::unsettled(db, BATCH).await?;
        if referrals.is_empty() {
            return Ok(Vec::new());
        }
        let heard = breaches::heard(db, &referrals).await?;
        let agencies = heard.values().flat_map(|heard| &heard.breaches).map(|(_, b)| b.agency.clone());
        let agencies: Vec<String> = agencies.collect();
        let terms = managers::newest(db, Some(&agencies)).await?;
        let policies = policies::all(db).await?;
        let rules = Rules { tehran: &self.tehran, terms: &terms, policies: &policies, now };
        Ok(heard.into_iter().map(|(id, heard)| (id, settle(&heard, &rules))).collect())
    }
}
