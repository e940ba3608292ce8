//! The agencies of the country: most are sound, one of five fails in one of five ways once they begin to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;
use chassis::Life;
use chassis::clock::Clock;
use sdk::{Agency, Answer, Connection, Desk, Outcome, Referral, ReferralId, Refusal, Retry, not_ours};

use super::tally::Tally;
use crate::system::System;

/// How long a slow adapter takes over a referral.
const SLOW: Duration = Duration::from_secs(5);
/// How long an adapter that crashes lives, and how long it takes over a referral: it dies with some in hand.
const LIFE: Duration = Duration::from_secs(3);
const AT_WORK: Duration = Duration::from_millis(500);
/// Actions that one flooding adapter has on their way at once.
const FLOOD: usize = 8;

/// How an adapter behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Temper {
    /// Answers at once.
    Sound,
    /// Takes referrals and never says a word of them.
    Silent,
    /// Answers late.
    Slow,
    /// Dies with referrals in hand, again and again.
    Crashing,
    /// Gives everything back.
    Refusing,
    /// Answers, and hands in actions on what was never referred to it, as fast as they are taken.
    Flooding,
}

/// The ways to fail.
const WAYS: [Temper; 5] =
    [Temper::Silent, Temper::Slow, Temper::Crashing, Temper::Refusing, Temper::Flooding];

/// All adapters of this process.
pub struct Crowd {
    pub tally: Arc<Tally>,
    adapters: u32,
    failing: Arc<AtomicBool>,
}

/// One of them.
#[derive(Clone)]
struct Member {
    tally: Arc<Tally>,
    failing: Arc<AtomicBool>,
    way: Temper,
}

impl Crowd {
    /// Connects an adapter for each of these agencies.
    ///
    /// # Errors
    /// When the system was not started for them.
    pub fn join(system: &System, codes: &[String]) -> Result<Self> {
        let (tally, failing) = (Arc::new(Tally::new()?), Arc::<AtomicBool>::default());
        for (number, code) in (0_u32..).zip(codes) {
            let member = Member { tally: tally.clone(), failing: failing.clone(), way: way(number) };
            let (connection, life) = (system.adapter(code, &Clock::live())?, system.life.clone());
            system.life.spawn("an adapter", serve(connection, member, life));
        }
        Ok(Crowd { tally, adapters: u32::try_from(codes.len())?, failing })
    }

    /// From now on one of five fails.
    ///
    /// # Errors
    /// When the system was not started for them.
    pub fn begin_to_fail(&self, system: &System) -> Result<()> {
        self.failing.store(true, Ordering::Relaxed);
        for number in (0..self.adapters).filter(|number| way(*number) == Temper::Flooding) {
            let (connection, life) = (system.adapter(&code(number), &Clock::live())?, system.life.clone());
            system.life.spawn("a flood", flood(connection, life));
        }
        Ok(())
    }

    /// How the adapter with this number behaves now.
    pub fn temper(&self, number: u32) -> Temper {
        if self.failing.load(Ordering::Relaxed) { way(number) } else { Temper::Sound }
    }

    /// How many of them fail now.
    pub fn failing(&self) -> usize {
        (0..self.adapters).filter(|number| self.temper(*number) != Temper::Sound).count()
    }
}

impl Member {
    fn temper(&self) -> Temper {
        if self.failing.load(Ordering::Relaxed) { self.way } else { Temper::Sound }
    }
}

impl Agency for Member {
    async fn act(&self, referral: Referral, _: &Desk) -> Result<Outcome, Retry> {
        let temper = self.temper();
        match temper {
            Temper::Sound => self.tally.arrived(&referral),
            Temper::Silent => return Ok(Outcome::Later),
            Temper::Refusing => return Ok(not_ours("این موضوع در صلاحیت ما نیست.").into()),
            Temper::Slow => tokio::time::sleep(SLOW).await,
            Temper::Crashing => tokio::time::sleep(AT_WORK).await,
            Temper::Flooding => {}
        }
        Ok(Answer::done("انجام شد و نتیجه به شهروند اعلام می‌شود.").into())
    }

    /// A flood of them comes back; whoever sent it does not read them.
    async fn refused(&self, _: Refusal) -> Result<(), Retry> {
        Ok(())
    }
}

/// Serves until the life ends; one that crashes dies with what it has in hand and is started again.
async fn serve(connection: Connection, member: Member, life: Life) -> Result<()> {
    loop {
        let crashes = async {
            loop {
                tokio::time::sleep(LIFE).await;
                if member.temper() == Temper::Crashing {
                    return;
                }
            }
        };
        tokio::select! {
            served = sdk::serve_until(connection.clone(), member.clone(), life.token()) => return served,
            () = crashes => {}
        }
    }
}

async fn flood(connection: Connection, life: Life) -> Result<()> {
    let desk = Desk::open(&connection).await?;
    let pour = async || {
        loop {
            // Refused each time: nothing was referred to it under that id.
            let _ = desk.progress(ReferralId(Clock::live().new_id()), "بررسی شد.").await;
        }
    };
    let flood = futures_util::future::join_all((0..FLOOD).map(|_| pour()));
    tokio::select! { _ = flood => {}, () = life.stopping() => {} }
    Ok(())
}

/// How the adapter with this number fails, if it does: each way in turn for every fifth.
fn way(number: u32) -> Temper {
    let ways = number.is_multiple_of(5).then(|| WAYS[(number / 5) as usize % WAYS.len()]);
    ways.unwrap_or(Temper::Sound)
}

/// The code of the agency with this number.
pub fn code(number: u32) -> String {
    format!("bench-{number:04}")
}

/// The topic that goes to it.
pub fn topic(number: u32) -> String {
    format!("bench.{}", code(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_five_fails_in_each_way_equally_often() {
        let of = |temper| (0..1_400).filter(|number| way(*number) == temper).count();
        assert_eq!(of(Temper::Sound), 1_120);
        assert!(WAYS.iter().all(|way| of(*way) == 56));
    }
}
