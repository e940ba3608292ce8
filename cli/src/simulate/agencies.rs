//! The agencies' side: each has an adapter of its own, takes what is referred to it, and acts when the clock shows
//! the moment that its temper chose.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use chassis::clock::Clock;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use sdk::{Agency, Desk, News, Outcome, Referral, ReferralId, Refusal, Retry};
use serde::Serialize;

use super::life::Life;
use super::temper::{Act, Plan, plan, temper_of};
use crate::system::System;

/// Referrals that are acted on at one time.
const AT_ONCE: usize = 256;
/// How Samad refuses what comes after the citizen's withdrawal: an agency that has not read of it yet hears it so.
const WITHDRAWN: &str = "case_withdrawn";

/// All agencies of a province.
pub struct Agencies {
    life: Life,
    seed: u64,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    /// Every referral that came.
    taken: HashSet<ReferralId>,
    /// By the moment of the next act.
    next: BinaryHeap<Reverse<(Timestamp, ReferralId)>>,
    /// Plans of the referrals in `next`, with the desk of their agency.
    plans: BTreeMap<ReferralId, (Plan, Desk)>,
    acts: Acts,
}

/// How often agencies acted, besides accepting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Acts {
    pub progress: u64,
    pub answers: u64,
    pub returns: u64,
    /// Extensions that were asked for.
    pub asked: u64,
    /// Acts on what the citizen had withdrawn: refused.
    pub refused: u64,
}

impl Agencies {
    /// Connects an adapter for each of these agencies.
    ///
    /// # Errors
    /// When the system was not started for them.
    pub fn join(
        system: &System,
        clock: &Clock,
        life: &Life,
        seed: u64,
        codes: &[String],
    ) -> Result<Arc<Self>> {
        let agencies = Arc::new(Agencies { life: life.clone(), seed, held: Mutex::default() });
        for code in codes {
            let connection = system.adapter(code, clock)?;
            let (agency, stop) = (Simulated(agencies.clone()), system.life.token());
            system
                .life
                .spawn("simulated agency", async move { sdk::serve_until(connection, agency, stop).await });
        }
        Ok(agencies)
    }

    /// How many referrals have come; each was accepted before it is counted.
    pub fn taken(&self) -> u64 {
        self.held().taken.len() as u64
    }

    /// How often they acted.
    pub fn acts(&self) -> Acts {
        self.held().acts
    }

    /// Does all whose moment has come by `now`; returns once Samad has stored it.
    ///
    /// # Errors
    /// When Samad refuses an act.
    pub async fn act(&self, now: Timestamp) -> Result<()> {
        let due = std::iter::from_fn(|| self.next_by(now));
        stream::iter(due)
            .map(|(id, plan, desk)| self.act_on(id, plan, desk, now))
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
    }

    async fn act_on(&self, id: ReferralId, mut plan: Plan, desk: Desk, now: Timestamp) -> Result<()> {
        while let Some((_, act)) = plan.pop_front_if(|(at, _)| *at <= now) {
            let (acted, counted): (_, fn(&mut Acts) -> &mut u64) = match act {
                Act::Progress(text) => (desk.progress(id, text).await, |acts| &mut acts.progress),
                Act::Answer(answer) => (desk.answer(id, answer).await, |acts| &mut acts.answers),
                Act::Return(back) => (desk.give_back(id, back).await, |acts| &mut acts.returns),
                Act::Ask(more) => (desk.ask_more_time(id, more).await, |acts| &mut acts.asked),
            };
            match acted {
                Ok(()) => *counted(&mut self.held().acts) += 1,
                Err(refusal) if refusal.code == WITHDRAWN => {
                    self.held().acts.refused += 1;
                    plan.clear();
                }
                Err(refusal) => return Err(refusal).context("an act of an agency was refused"),
            }
        }
        self.held().plan(id, plan, desk);
        Ok(())
    }

    fn next_by(&self, now: Timestamp) -> Option<(ReferralId, Plan, Desk)> {
        let mut held = self.held();
        let Reverse((_, id)) = *held.next.peek().filter(|Reverse((at, _))| *at <= now)?;
        held.next.pop();
        let (plan, desk) = held.plans.remove(&id)?;
        Some((id, plan, desk))
    }

    fn take(&self, referral: &Referral, desk: &Desk) {
        let Some(temper) = temper_of(&self.life, self.seed, &referral.agency) else { return };
        let plan = plan(&self.life, self.seed, temper, referral);
        let mut held = self.held();
        if held.taken.insert(referral.id) {
            held.plan(referral.id, plan, desk.clone());
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn plan(&mut self, id: ReferralId, plan: Plan, desk: Desk) {
        if let Some((at, _)) = plan.front() {
            self.next.push(Reverse((*at, id)));
            self.plans.insert(id, (plan, desk));
        }
    }
}

struct Simulated(Arc<Agencies>);

impl Agency for Simulated {
    async fn act(&self, referral: Referral, desk: &Desk) -> Result<Outcome, Retry> {
        self.0.take(&referral, desk);
        Ok(Outcome::Later)
    }

    /// Its plan stands, whatever is decided meanwhile.
    async fn told(&self, _: News) -> Result<(), Retry> {
        Ok(())
    }

    /// Whoever acted hears it at once, in the verdict.
    async fn refused(&self, _: Refusal) -> Result<(), Retry> {
        Ok(())
    }
}
