//! Registers cases in bulk and one by one, and waits for the whole lifecycle of each.

use std::fmt::Debug;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use chassis::clock::{Clock, random_u64};
use contracts::audit::GetFiguresRequest;
use contracts::intake::{Channel, Citizen, Kind, Outcome, RegisterContactRequest, RegisterContactsRequest};
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::agencies::{Arrivals, CODES, SAMPLED, topic};
use super::catalogue::catalogue;
use crate::doors::Doors;
use crate::figures::{self, Figures};
use crate::system::System;

const AT_ONCE: u64 = 500;
/// Cases registered ahead of those answered: enough to keep every part busy.
const AHEAD: u64 = 4_000;
/// Cases of one call of the load beside single registrations: they come from many centres, not in great heaps.
const BESIDE: u64 = 25;
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// A killed process's work comes again after 30 s; more than that is a loss.
const STANDSTILL: Duration = Duration::from_secs(120);
const SINGLE_EVERY: Duration = Duration::from_millis(10);

/// Cases registered so far, and the doors to register more.
pub struct Load {
    doors: Doors,
    registered: u64,
    /// What the system had before.
    before: Figures,
    run: String,
}

/// Percentiles in milliseconds.
pub struct Latencies {
    pub registration: Value,
    pub to_adapter: Value,
}

impl Load {
    pub async fn new(system: &System) -> Result<Self> {
        let doors = system.doors()?;
        doors.routing().import_catalogue(catalogue(&CODES)).await?;
        let before = figures::read(&doors, GetFiguresRequest::default()).await?;
        Ok(Load { doors, registered: 0, before, run: Clock::live().new_id().to_string() })
    }

    /// Cases that the system had before.
    pub fn stored(&self) -> u64 {
        self.before.cases
    }

    /// Registers until so many cases have their whole lifecycle behind them.
    pub async fn store_up_to(&mut self, stored: u64) -> Result<()> {
        let missing = stored.saturating_sub(self.registered);
        if missing > 0 {
            self.lifecycles(missing).await?;
        }
        Ok(())
    }

    /// Runs whole lifecycles: registered, referred, accepted, answered, told, in the ledger; how many a second.
    pub async fn lifecycles(&mut self, count: u64) -> Result<f64> {
        let (started, wanted) = (Instant::now(), self.registered + count);
        while self.registered < wanted {
            self.bulk(AT_ONCE.min(wanted - self.registered)).await?;
            let mut patience = Patience::new();
            while self.registered > patience.look(self.answered().await?)? + AHEAD {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
        self.at_rest().await?;
        Ok(count as f64 / started.elapsed().as_secs_f64())
    }

    async fn bulk(&mut self, count: u64) -> Result<()> {
        let contacts = (0..count).map(|row| self.request(self.registered + row, String::new())).collect();
        let stream = futures_util::stream::iter([RegisterContactsRequest { contacts }]);
        let answer = self.doors.intake().register_contacts(stream).await?.into_inner();
        ensure!(
            answer.refused.is_empty(),
            "a contact of the bench was refused: {}",
            answer.refused[0].reason
        );
        self.registered += count;
        Ok(())
    }

    async fn answered(&self) -> Result<u64> {
        let answer = self.doors.audit().get_figures(GetFiguresRequest::default()).await?.into_inner();
        Ok(answer.answered.saturating_sub(self.before.answered))
    }

    async fn at_rest(&self) -> Result<()> {
        let mut patience = Patience::new();
        loop {
            let figures = figures::read(&self.doors, GetFiguresRequest::default()).await?.since(&self.before);
            let figures = patience.look(figures)?;
            ensure!(figures.dead_letters == 0, "the bench made dead letters");
            let told = figures.notices_sent == 3 * self.registered;
            if figures.answered == self.registered && told && figures.in_flight == 0 {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Single registrations at 100 a second beside a bulk load at about half of what the system can do.
    pub async fn latencies(&mut self, time: Duration, arrivals: &Arrivals) -> Result<Latencies> {
        let rate = self.lifecycles(AT_ONCE * 4).await? / 2.0;
        let until = Instant::now() + time;
        let (doors, run) = (self.doors.clone(), self.run.clone());
        let singles = tokio::spawn(async move { singles(doors, &run, until).await });
        while Instant::now() < until {
            let next = Instant::now() + Duration::from_secs_f64(BESIDE as f64 / rate);
            self.bulk(BESIDE).await?;
            tokio::time::sleep_until(next).await;
        }
        let registered_at = singles.await??;
        self.registered += registered_at.len() as u64;
        self.at_rest().await?;
        let arrived = arrivals.take();
        let mut registration = Histogram::<u64>::new(3)?;
        let mut to_adapter = Histogram::<u64>::new(3)?;
        for (reference, sent, answered) in registered_at {
            registration.record(u64::try_from(answered.duration_since(sent).as_micros())?)?;
            let arrived = arrived.get(&reference).context("a sampled referral did not reach its adapter")?;
            to_adapter.record(u64::try_from(arrived.duration_since(sent).as_micros())?)?;
        }
        Ok(Latencies { registration: percentiles(&registration), to_adapter: percentiles(&to_adapter) })
    }

    fn request(&self, number: u64, reference: String) -> RegisterContactRequest {
        request(&self.run, number, reference)
    }
}

/// Gives up when nothing moves any more: something was lost.
pub(super) struct Patience<T> {
    seen: Option<T>,
    since: Instant,
}

impl<T: Copy + PartialEq + Debug> Patience<T> {
    pub(super) fn new() -> Self {
        Patience { seen: None, since: Instant::now() }
    }

    pub(super) fn look(&mut self, now: T) -> Result<T> {
        if self.seen != Some(now) {
            (self.seen, self.since) = (Some(now), Instant::now());
        }
        ensure!(self.since.elapsed() < STANDSTILL, "nothing has moved for {STANDSTILL:?}: {now:?}");
        Ok(now)
    }
}

/// References with the moments of asking and of hearing.
async fn singles(doors: Doors, run: &str, until: Instant) -> Result<Vec<(String, Instant, Instant)>> {
    let mut tick = tokio::time::interval(SINGLE_EVERY);
    let mut asked = tokio::task::JoinSet::new();
    let mut number = 0;
    while Instant::now() < until {
        tick.tick().await;
        number += 1;
        let reference = format!("{SAMPLED}{number}");
        let request = request(&format!("{run}-single"), number, reference.clone());
        let mut door = doors.intake();
        asked.spawn(async move {
            let sent = Instant::now();
            door.register_contact(request).await?;
            anyhow::Ok((reference, sent, Instant::now()))
        });
    }
    let mut registered = Vec::new();
    while let Some(answer) = asked.join_next().await {
        registered.push(answer??);
    }
    Ok(registered)
}

pub(super) fn request(run: &str, number: u64, source_reference: String) -> RegisterContactRequest {
    let citizen = Citizen {
        name: "شهروند".to_owned(),
        phone: format!("0900{:07}", random_u64() % 10_000_000),
        ..Default::default()
    };
    RegisterContactRequest {
        request_key: format!("{run}-{number}"),
        channel: Channel::Phone.into(),
        province: "east-azerbaijan".to_owned(),
        county: "tabriz".to_owned(),
        citizen: Some(citizen),
        kind: Kind::Request.into(),
        topic: topic(number),
        text: "چراغ‌های خیابان از هفتهٔ گذشته خاموش است و عبور شبانه خطر دارد؛ تقاضای رسیدگی دارم.".to_owned(),
        place: "تبریز، خیابان عباسی".to_owned(),
        outcome: Outcome::Register.into(),
        source_reference,
        ..Default::default()
    }
}

fn percentiles(histogram: &Histogram<u64>) -> Value {
    let ms = |quantile| histogram.value_at_quantile(quantile) as f64 / 1000.0;
    json!({"p50": ms(0.5), "p99": ms(0.99)})
}
