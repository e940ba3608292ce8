//! A batch of news through the clocks into one commit.

use std::collections::BTreeMap;

use anyhow::Result;
use chassis::clock::Clock as Time;
use contracts::ReferralId;
use jiff::Timestamp;
use outbox::{Heard, Tx};

use super::tell::state;
use crate::domain::adjustment::Adjustment;
use crate::domain::clock::{Clock, End, Kept, News, Told};
use crate::domain::rules::Rules;
use crate::store::clocks;
use crate::store::rules::RuleBook;
use crate::sweep::fire_due::Mark;

/// What every handler needs.
#[derive(Clone)]
pub struct Clocks {
    /// The deployment's clock.
    pub time: Time,
    /// What deadlines are derived from.
    pub book: RuleBook,
    /// The sweep's low-water mark.
    pub mark: Mark,
}

/// News of some referrals, each with the moment of its effects.
pub(super) type Batch = BTreeMap<ReferralId, Vec<(Timestamp, News)>>;

impl Clocks {
    /// Folds news of referrals that are most likely new: one INSERT when they all are.
    pub(super) async fn begin(&self, tx: &mut Tx, rules: &Rules, batch: Batch) -> Result<()> {
        let known = self.add(tx, rules, batch).await?;
        self.change(tx, rules, known).await.map(drop)
    }

    /// Folds news of referrals that are most likely known: one SELECT and one UPDATE when they all are.
    async fn go_on(&self, tx: &mut Tx, rules: &Rules, batch: Batch) -> Result<()> {
        let unknown = self.change(tx, rules, batch).await?;
        let known = self.add(tx, rules, unknown).await?;
        self.change(tx, rules, known).await.map(drop)
    }

    /// Ends the clock of each fact's referral, as `end` reads the fact.
    pub(super) async fn end<F>(
        &self,
        tx: &mut Tx,
        facts: &[Heard<F>],
        end: impl Fn(&F) -> Result<(ReferralId, End)>,
    ) -> Result<()> {
        let mut batch = Batch::new();
        for heard in facts {
            let (referral_id, end) = end(&heard.fact)?;
            batch.entry(referral_id).or_default().push((self.time.at(heard.time), News::Ended(end)));
        }
        let rules = self.book.current(tx.connection()).await?;
        self.go_on(tx, &rules, batch).await
    }

    /// Adjusts the clock of each fact's referral, as `adjustments` reads the fact.
    pub(super) async fn adjust<F, const N: usize>(
        &self,
        tx: &mut Tx,
        facts: &[Heard<F>],
        adjustments: impl Fn(&F) -> Result<(ReferralId, [Adjustment; N])>,
    ) -> Result<()> {
        let mut batch = Batch::new();
        for heard in facts {
            let (referral_id, adjustments) = adjustments(&heard.fact)?;
            let at = self.time.at(heard.time);
            let news = adjustments.map(|adjustment| (at, News::Adjusted(adjustment)));
            batch.entry(referral_id).or_default().extend(news);
        }
        let rules = self.book.current(tx.connection()).await?;
        self.go_on(tx, &rules, batch).await
    }

    /// Starts clocks; the news of those that were there already.
    async fn add(&self, tx: &mut Tx, rules: &Rules, mut batch: Batch) -> Result<Batch> {
        if batch.is_empty() {
            return Ok(batch);
        }
        let (mut rows, mut told) = (Vec::new(), Vec::new());
        for (referral_id, news) in &batch {
            let mut kept = Kept { referral_id: *referral_id, clock: Clock::default() };
            told.push(hear(&mut kept, news, rules));
            rows.push(kept);
        }
        let added = clocks::add(tx.connection(), &rows, rules).await?;
        for (kept, told) in rows.iter().zip(told).filter(|(kept, _)| added.contains(&kept.referral_id)) {
            self.arm_and_tell(tx, rules, kept, told);
            batch.remove(&kept.referral_id);
        }
        Ok(batch)
    }

    /// Goes on with clocks that are there; the news of those that are not.
    async fn change(&self, tx: &mut Tx, rules: &Rules, mut batch: Batch) -> Result<Batch> {
        if batch.is_empty() {
            return Ok(batch);
        }
        let ids: Vec<ReferralId> = batch.keys().copied().collect();
        let mut changed = Vec::new();
        for mut kept in clocks::load(tx.connection(), &ids, rules).await? {
            let news = batch.remove(&kept.referral_id).unwrap_or_default();
            let before = kept.clock.clone();
            let told = hear(&mut kept, &news, rules);
            if kept.clock != before {
                self.arm_and_tell(tx, rules, &kept, told);
                changed.push(kept);
            }
        }
        if !changed.is_empty() {
            clocks::save(tx.connection(), &changed, rules).await?;
        }
        Ok(batch)
    }

    fn arm_and_tell(&self, tx: &mut Tx, rules: &Rules, kept: &Kept, told: Vec<(Timestamp, Told)>) {
        if let Some(next_at) = kept.clock.next_at(rules) {
            self.mark.lower(next_at);
        }
        for (at, told) in told {
            state(tx, at, kept, told, rules);
        }
    }
}

/// Folds news in order. A clock that new rules have not reached yet is brought up to date first: no answer is judged
/// by a due moment that a closure has moved.
fn hear(kept: &mut Kept, news: &[(Timestamp, News)], rules: &Rules) -> Vec<(Timestamp, Told)> {
    let mut told = Vec::new();
    for (at, news) in news {
        told.extend(kept.clock.refresh(rules, *at).map(|moved| (*at, moved)));
        told.extend(kept.clock.hear(news.clone(), *at, rules).into_iter().map(|told| (*at, told)));
    }
    told
}
