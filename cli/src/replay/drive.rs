//! Drives a replay: registers the rows in order and waits until everything has arrived.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use chassis::clock::{Clock, random_bytes};
use contracts::audit::{GetFiguresRequest, ListDailyFiguresRequest};
use contracts::intake::{Citizen, Kind, Outcome, RegisterContactRequest, RegisterContactsRequest};
use contracts::timestamp;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::Instant;

use super::faults::Crashes;
use super::{Answers, Expected, Row, boston311, faults};
use crate::doors::Doors;
use crate::figures::{self, Counted};
use crate::system::System;

/// Rows of one bulk call: small enough that answers keep pace with registrations.
const AT_ONCE: usize = 500;
/// Facts under way at most before the next rows are sent: bounds every queue.
const MAX_IN_FLIGHT: u64 = 20_000;

/// How long a service may be away before the replay gives up, and figures may stay as they are before they are taken
/// for the last: longer than the broker waits before it gives again what a killed service held, than a dead
/// notifier's lease, than any retry.
const PATIENCE: Duration = Duration::from_secs(150);
/// How often the figures are read meanwhile.
const LOOK: Duration = Duration::from_millis(250);

/// Whose times a replay goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Times {
    /// The rows' own, on a clock that follows them.
    Keep,
    /// The machine's: everything happens now.
    Now,
}

/// How a replay goes on and what it must come to.
pub(super) struct Course {
    /// Crashes of adapters that are ordered meanwhile.
    pub crashes: Arc<Crashes>,
    /// What the figures must be at rest.
    pub expected: Expected,
    /// Rows of one bulk call.
    pub at_once: usize,
}

/// A replay of these rows.
pub struct Replay {
    pub rows: Vec<Row>,
    pub times: Times,
}

impl Replay {
    /// The clock that the system must run by.
    #[must_use]
    pub fn clock(&self) -> Clock {
        match self.times {
            Times::Keep => Clock::following(),
            Times::Now => Clock::live(),
        }
    }

    /// The agencies that take part, by code.
    #[must_use]
    pub fn agencies(&self) -> Vec<String> {
        boston311::catalogue(&self.rows).agencies.into_iter().map(|agency| agency.code).collect()
    }

    /// Plays all rows into the system; its figures at rest and what is wrong with them.
    /// `progress` hears how many rows were registered.
    ///
    /// # Errors
    /// When a service stays away for longer than 150 s.
    pub async fn play(&self, system: &System, progress: impl Fn(u64)) -> Result<(Counted, Vec<String>)> {
        let expected = Expected::of(&self.rows, self.times)?;
        let course = Course { crashes: Arc::default(), expected, at_once: AT_ONCE };
        self.play_on(system, course, async |sent| progress(sent)).await
    }

    /// As [`Replay::play`], on that course; the next rows wait until `paced` has heard of those before.
    pub(super) async fn play_on(
        &self,
        system: &System,
        course: Course,
        paced: impl AsyncFn(u64),
    ) -> Result<(Counted, Vec<String>)> {
        let Course { crashes, expected, at_once } = course;
        let doors = system.doors()?;
        // A system that runs already has cases of its own.
        let before = count(&doors).await?;
        doors.routing().import_catalogue(boston311::catalogue(&self.rows)).await?;
        let (horizon, seen) = watch::channel(Timestamp::MIN);
        let answers = Answers::of(&self.rows, self.times, crashes);
        answers.spawn(system, &self.agencies(), &self.clock(), seen)?;
        let mut sent = 0;
        for rows in self.rows.chunks(at_once.clamp(1, AT_ONCE)) {
            self.register(&doors, rows).await?;
            sent += rows.len() as u64;
            paced(sent).await;
            if let Some(last) = rows.last() {
                horizon.send_replace(last.opened_at);
            }
            while in_flight(&doors).await? > MAX_IN_FLIGHT {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        // Answers are handed in in the order of their moments: first every referral must be with its adapter.
        settled(&doors).await?;
        horizon.send_replace(Timestamp::MAX);
        let counted = at_rest(&doors, &before, &expected).await?;
        let faults = faults(&counted, &expected);
        Ok((counted, faults))
    }

    async fn register(&self, doors: &Doors, rows: &[Row]) -> Result<()> {
        let contacts: Vec<_> = rows.iter().map(|row| self.request(row)).collect();
        // The same keys give the same cases: a call cut off half-way is repeated whole.
        let answer = patiently(async || {
            let stream = futures_util::stream::iter([RegisterContactsRequest { contacts: contacts.clone() }]);
            Ok(doors.intake().register_contacts(stream).await?.into_inner())
        })
        .await?;
        for refused in answer.refused {
            let number = rows.get(refused.row as usize).map_or("?", |row| row.number.as_str());
            tracing::error!(number, field = refused.field, reason = refused.reason, "a row was refused");
        }
        Ok(())
    }

    fn request(&self, row: &Row) -> RegisterContactRequest {
        let keep = self.times == Times::Keep;
        RegisterContactRequest {
            request_key: format!("boston311-{}", row.number),
            channel: row.channel.into(),
            province: row.province.to_owned(),
            citizen: Some(nobody()),
            kind: Kind::Request.into(),
            topic: row.topic.clone(),
            text: row.text.clone(),
            place: row.place.clone(),
            outcome: Outcome::Register.into(),
            programme: if keep { boston311::PROGRAMME.to_owned() } else { String::new() },
            target_at: row.target_at.filter(|_| keep).map(timestamp),
            occurred_at: keep.then(|| timestamp(row.opened_at)),
            source_reference: row.number.clone(),
            ..Default::default()
        }
    }
}

/// The file names no citizens: a made-up name and a number that belongs to nobody.
fn nobody() -> Citizen {
    let digits = u32::from_ne_bytes(random_bytes()) % 10_000_000;
    Citizen { name: "شهروند".to_owned(), phone: format!("0900{digits:07}"), ..Default::default() }
}

async fn in_flight(doors: &Doors) -> Result<u64> {
    patiently(async || Ok(figures::read(doors, GetFiguresRequest::default()).await?.in_flight)).await
}

/// Waits until nothing is under way, or nothing moves any more.
async fn settled(doors: &Doors) -> Result<()> {
    let (mut last, mut moved) = (u64::MAX, Instant::now());
    loop {
        let under_way = in_flight(doors).await?;
        if under_way == 0 || moved.elapsed() > PATIENCE {
            return Ok(());
        }
        if under_way != last {
            (last, moved) = (under_way, Instant::now());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn count(doors: &Doors) -> Result<Counted> {
    patiently(async || {
        let figures = figures::read(doors, GetFiguresRequest::default()).await?;
        let days = figures::days(doors, ListDailyFiguresRequest::default()).await?;
        Ok(Counted { figures, days: Some(days) })
    })
    .await
}

/// Asks again while a service is away, as a caller of a system that is being killed must.
async fn patiently<T>(mut ask: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    loop {
        match ask().await {
            Err(error) if started.elapsed() < PATIENCE => {
                tracing::debug!(error = format!("{error:#}"), "asking again");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            outcome => return outcome,
        }
    }
}

/// The figures once they are complete, or nothing has moved for 150 s.
async fn at_rest(doors: &Doors, before: &Counted, expected: &Expected) -> Result<Counted> {
    let (mut last, mut moved, mut unchanged) = (Counted::default(), Instant::now(), 0);
    loop {
        tokio::time::sleep(LOOK).await;
        let counted = count(doors).await?.since(before);
        if counted == last {
            unchanged += 1;
        } else {
            (moved, unchanged) = (Instant::now(), 0);
        }
        // At rest twice in a row: between two services a fact is for a moment in neither's count.
        let complete = unchanged >= 2 && faults(&counted, expected).is_empty();
        if complete || moved.elapsed() > PATIENCE {
            return Ok(counted);
        }
        last = counted;
    }
}
