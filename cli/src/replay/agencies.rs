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
use sdk::{Agency, Answer, CancellationToken, Connection, Desk, Outcome, Referral, ReferralId, Retry};
use tokio::sync::{Notify, oneshot, watch};

use super::faults::Crashes;
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
    crashes: Arc<Crashes>,
}

struct Waiting {
    at: Timestamp,
    referral: ReferralId,
    text: String,
    desk: Desk,
    /// Hears when the answer is stored.
    stored: oneshot::Sender<()>,
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
    /// Those that the rows hold, by adapters that crash when it is ordered.
    #[must_use]
    pub fn of(rows: &[Row], times: Times, crashes: Arc<Crashes>) -> Arc<Self> {
        let planned = rows.iter().filter_map(|row| Some((row.number.clone(), row.closed.clone()?))).collect();
        let (waiting, arrived) = (Mutex::default(), Notify::new());
        Arc::new(Answers { planned, waiting, arrived, times, crashes })
    }

    /// Connects the agencies and hands in their answers as `horizon` moves on.
    ///
    /// # Errors
    /// When the system was not started for them.
    pub fn spawn(
        self: &Arc<Self>,
        system: &System,
        agencies: &[String],
        clock: &Clock,
        horizon: watch::Receiver<Timestamp>,
    ) -> Result<()> {
        for agency in agencies {
            let connection = system.adapter(agency, clock)?;
            let (answers, stop) = (self.clone(), system.life.token());
            system.life.spawn("replayed agency", answers.serve(connection, stop));
        }
        let (answers, life) = (self.clone(), system.life.clone());
        system.life.spawn("answers", async move {
            tokio::select! { () = answers.hand_in(horizon) => {}, () = life.stopping() => {} }
            Ok(())
        });
        Ok(())
    }

    /// An adapter; when it crashes, whatever it held is dropped unacknowledged and another takes its place.
    async fn serve(self: Arc<Self>, connection: Connection, stop: CancellationToken) -> Result<()> {
        loop {
            let crashed = Arc::new(Notify::new());
            let agency = ReplayedAgency { answers: self.clone(), crashed: crashed.clone() };
            tokio::select! {
                served = sdk::serve_until(connection.clone(), agency, stop.clone()) => return served,
                () = crashed.notified() => {}
            }
        }
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
        // Only a crash waits for it.
        let _ = waiting.stored.send(());
    }

    /// Plans the referral's answer, if its row has one; hears when it is stored.
    fn take(&self, referral: &Referral, desk: &Desk) -> Option<oneshot::Receiver<()>> {
        let (at, text) = self.planned.get(&referral.source_reference)?.clone();
        let (stored, hears) = oneshot::channel();
        let next = Waiting { at, referral: referral.id, text, desk: desk.clone(), stored };
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(Reverse(next));
        self.arrived.notify_one();
        Some(hears)
    }
}

struct ReplayedAgency {
    answers: Arc<Answers>,
    crashed: Arc<Notify>,
}

impl Agency for ReplayedAgency {
    async fn act(&self, referral: Referral, desk: &Desk) -> Result<Outcome, Retry> {
        let answered = self.answers.take(&referral, desk);
        if self.answers.crashes.strike() {
            // Accepted, and answered if it ever is: all of it is stored, nothing acknowledged.
            if let Some(answered) = answered {
                let _ = answered.await;
            }
            self.crashed.notify_one();
            std::future::pending::<()>().await;
        }
        Ok(Outcome::Later)
    }
}
