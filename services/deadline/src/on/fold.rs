//! A batch of news through the clocks into one commit.

use std::collections::BTreeMap;

use anyhow::Result;
use chassis::clock::Clock as Time;
use contracts::ReferralId;
use jiff::Timestamp;
use outbox::Tx;

use super::tell::state;
use crate::domain::clock::{Clock, Kept, News, Told};
use crate::domain::policy::Policy;
use crate::domain::tehran::Tehran;
use crate::store::clocks;
use crate::sweep::fire_due::Mark;

/// What every handler needs.
#[derive(Clone)]
pub struct Clocks {
    /// The deployment's clock.
    pub time: Time,
    /// Where days are counted.
    pub tehran: Tehran,
    /// The sweep's low-water mark.
    pub mark: Mark,
}

/// News of some referrals, each with the moment of its effects.
pub(super) type Batch = BTreeMap<ReferralId, Vec<(Timestamp, News)>>;

impl Clocks {
    /// Folds news of referrals that are most likely new: one INSERT when they all are.
    pub(super) async fn begin(&self, tx: &mut Tx, policies: &[Policy], batch: Batch) -> Result<()> {
        let known = self.add(tx, batch).await?;
        self.change(tx, policies, known).await.map(drop)
    }

    /// Folds news of referrals that are most likely known: one SELECT and one UPDATE when they all are.
    pub(super) async fn go_on(&self, tx: &mut Tx, policies: &[Policy], batch: Batch) -> Result<()> {
        let unknown = self.change(tx, policies, batch).await?;
        let known = self.add(tx, unknown).await?;
        self.change(tx, policies, known).await.map(drop)
    }

    /// Starts clocks; the news of those that were there already.
    async fn add(&self, tx: &mut Tx, mut batch: Batch) -> Result<Batch> {
        if batch.is_empty() {
            return Ok(batch);
        }
        let (mut rows, mut told) = (Vec::new(), Vec::new());
        for (referral_id, news) in &batch {
            let mut kept = Kept { referral_id: *referral_id, clock: Clock::default() };
            told.push(hear(&mut kept, news));
            rows.push(kept);
        }
        let added = clocks::add(tx.connection(), &rows, &self.tehran).await?;
        for (kept, told) in rows.iter().zip(told).filter(|(kept, _)| added.contains(&kept.referral_id)) {
            self.arm_and_tell(tx, kept, told);
            batch.remove(&kept.referral_id);
        }
        Ok(batch)
    }

    /// Goes on with clocks that are there; the news of those that are not.
    async fn change(&self, tx: &mut Tx, policies: &[Policy], mut batch: Batch) -> Result<Batch> {
        if batch.is_empty() {
            return Ok(batch);
        }
        let ids: Vec<ReferralId> = batch.keys().copied().collect();
        let mut changed = Vec::new();
        for mut kept in clocks::load(tx.connection(), &ids, policies).await? {
            let news = batch.remove(&kept.referral_id).unwrap_or_default();
            let before = kept.clock.clone();
            let told = hear(&mut kept, &news);
            if kept.clock != before {
                self.arm_and_tell(tx, &kept, told);
                changed.push(kept);
            }
        }
        if !changed.is_empty() {
            clocks::save(tx.connection(), &changed, &self.tehran).await?;
        }
        Ok(batch)
    }

    fn arm_and_tell(&self, tx: &mut Tx, kept: &Kept, told: Vec<(Timestamp, Told)>) {
        if let Some(next_at) = kept.clock.next_at(&self.tehran) {
            self.mark.lower(next_at);
        }
        for (at, told) in told {
            state(tx, at, kept, told);
        }
    }
}

fn hear(kept: &mut Kept, news: &[(Timestamp, News)]) -> Vec<(Timestamp, Told)> {
    let mut told = Vec::new();
    for (at, news) in news {
        told.extend(kept.clock.hear(news.clone()).into_iter().map(|told| (*at, told)));
    }
    told
}
