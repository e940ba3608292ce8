//! The agencies' side: every referral is accepted when it comes, and answered when the replay reaches the
//! moment at which the row was closed.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use chassis::clock::Clock;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use sdk::{Agency, Answer, Connection, Desk, Outcome, Referral, ReferralId, Retry};
use tokio::sync::{Notify, watch};

use super::{Row, Times};
use crate::system::System;

/// Answers on their way at one time.
const AT_ONCE: usize = 256;

/// The answers of all agencies, handed in in the order of their moments.
pub struct Answers {
    /// By the source's number: when and what.
    planned: HashMap<String, (Timestamp, String)>,
    waiting: Mutex<BinaryHeap<Reverse<Waiting>>>,
    arrived: Notify,
    times: Times,
}

struct Waiting {
    at: Timestamp,
    referral: ReferralId,
    text: String,
    desk: Desk,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.referral) == (other.at, other.referral)
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.referral).cmp(&(other.at, other.referral))
    }
}

impl Answers {
    /// Those that the rows hold.
    #[must_use]
    pub fn of(rows: &[Row], times: Times) -> Arc<Self> {
        let planned = rows.iter().filter_map(|row| Some((row.number.clone(), row.closed.clone()?))).collect();
        Arc::new(Answers { planned, waiting: Mutex::default(), arrived: Notify::new(), times })
    }

    /// Connects the agencies and hands in their answers as `horizon` moves on.
    pub fn spawn(
        self: &Arc<Self>,
        system: &System,
        agencies: &[String],
        clock: &Clock,
        horizon: watch::Receiver<Timestamp>,
    ) {
        for agency in agencies {
            let mut connection = Connection::new(
                system.nats_url.clone(),
                agency.clone(),
                system.secrets.agencies.get(agency).cloned(),
            );
            connection.clock = clock.clone();
            let (desk, stop) = (ReplayedAgency(self.clone()), system.life.token());
            system
                .life
                .spawn("replayed agency", async move { sdk::serve_until(connection, desk, stop).await });
        }
        let (answers, life) = (self.clone(), system.life.clone());
        system.life.spawn("answers", async move {
            tokio::select! { () = answers.hand_in(horizon) => {}, () = life.stopping() => {} }
            Ok(())
        });
    }

    async fn hand_in(&self, mut horizon: watch::Receiver<Timestamp>) {
        let mut on_their_way = FuturesUnordered::new();
        loop {
            let now = *horizon.borrow_and_update();
            while on_their_way.len() < AT_ONCE
                && let Some(next) = self.next_until(now)
            {
                on_their_way.push(self.answer(next));
            }
            tokio::select! {
                Some(()) = on_their_way.next() => {}
                () = self.arrived.notified(), if on_their_way.len() < AT_ONCE => {}
                Ok(()) = horizon.changed(), if on_their_way.len() < AT_ONCE => {}
            }
        }
    }

    fn next_until(&self, now: Timestamp) -> Option<Waiting> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting
            .peek()
            .is_some_and(|Reverse(first)| first.at <= now)
            .then(|| waiting.pop())?
            .map(|Reverse(first)| first)
    }

    async fn answer(&self, waiting: Waiting) {
        let desk = match self.times {
            Times::Keep => waiting.desk.at(waiting.at),
            Times::Now => waiting.desk,
        };
        if let Err(refusal) = desk.answer(waiting.referral, Answer::done(waiting.text)).await {
            tracing::error!(%refusal, "a replayed answer was refused");
        }
    }

    fn take(&self, referral: &Referral, desk: &Desk) {
        if let Some((at, text)) = self.planned.get(&referral.source_reference) {
            let next = Waiting { at: *at, referral: referral.id, text: text.clone(), desk: desk.clone() };
            self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(Reverse(next));
            self.arrived.notify_one();
        }
    }
}

struct ReplayedAgency(Arc<Answers>);

impl Agency for ReplayedAgency {
    async fn act(&self, referral: Referral, desk: &Desk) -> Result<Outcome, Retry> {
        self.0.take(&referral, desk);
        Ok(Outcome::Later)
    }
}
