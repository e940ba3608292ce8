//! The only source of now, of random numbers and of new ids (`clippy.toml` bans the others).

mod held;
mod rehearsal;

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use rand::Rng;
use uuid::Uuid;

use held::Held;
use rehearsal::Rehearsal;

/// How often a clock that goes by something else than the machine's time is looked at by those who wait for it.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// A rehearsal changes its rate: nobody sleeps longer by the old one.
const REHEARSAL_SLEEP: Duration = Duration::from_millis(100);

/// A clock that services ask; copies show the same time.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Mode>);

#[derive(Debug)]
enum Mode {
    Live,
    /// See [`Rehearsal`].
    Rehearsal(Rehearsal),
    /// Goes where the messages say: microseconds since 1970 of the latest moment heard.
    Following(AtomicI64),
    /// Stands until it is moved.
    Held(Held),
}

impl Clock {
    /// The machine's time.
    #[must_use]
    pub fn live() -> Self {
        Clock(Arc::new(Mode::Live))
    }

    /// A clock that shows the latest moment that [`Clock::at`] was told: for replays of a recorded past.
    #[must_use]
    pub fn following() -> Self {
        Clock(Arc::new(Mode::Following(AtomicI64::new(0))))
    }

    /// A clock that shows `start` now and runs `rate` times as fast as the machine's until it shows `turn`,
    /// then `rate_after` times.
    #[must_use]
    pub fn rehearsal(start: Timestamp, rate: f64, turn: Timestamp, rate_after: f64) -> Self {
        Clock(Arc::new(Mode::Rehearsal(Rehearsal { start, anchor: machine_now(), rate, turn, rate_after })))
    }

    /// A clock that stands at `moment` until [`Clock::advance`] moves it, kept in a new file at `path`: processes that
    /// are told its [`Clock::spelling`] share it.
    ///
    /// # Errors
    /// When the file is there already or cannot be written.
    pub fn hold(path: &Path, moment: Timestamp) -> Result<Self> {
        Ok(Clock(Arc::new(Mode::Held(Held::make(path, moment)?))))
    }

    /// The held clock that [`Clock::hold`] made at `path`.
    ///
    /// # Errors
    /// When there is none.
    pub fn held(path: &Path) -> Result<Self> {
        Ok(Clock(Arc::new(Mode::Held(Held::open(path)?))))
    }

    /// Moves a held clock on to `moment`, for every process that shares it.
    ///
    /// # Errors
    /// When this is no held clock, or `moment` is over: no clock goes back.
    pub fn advance(&self, moment: Timestamp) -> Result<()> {
        match &*self.0 {
            Mode::Held(held) => held.advance(moment),
            Mode::Live | Mode::Rehearsal(_) | Mode::Following(_) => bail!("only a held clock can be moved"),
        }
    }

    /// This clock as [`Clock::from_str`] reads it, so that several processes show the same time.
    #[must_use]
    pub fn spelling(&self) -> String {
        match &*self.0 {
            Mode::Live => "live".to_owned(),
            Mode::Following(_) => "following".to_owned(),
            Mode::Held(held) => format!("held {}", held.path().display()),
            Mode::Rehearsal(Rehearsal { start, anchor, rate, turn, rate_after }) => {
                format!("rehearsal {start} from {anchor} at {rate} until {turn} then {rate_after}")
            }
        }
    }

    /// Whether this is the machine's time.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(*self.0, Mode::Live)
    }

    /// The present moment, to the microsecond (what PostgreSQL keeps).
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = match &*self.0 {
            Mode::Live => machine_now(),
            Mode::Rehearsal(rehearsal) => rehearsal.show(machine_now()),
            Mode::Following(latest) => {
                Timestamp::from_microsecond(latest.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH)
            }
            Mode::Held(held) => held.now(),
        };
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// The moment of an effect whose cause happened at `cause`: now, except that a following clock
    /// goes to the cause's moment and answers it.
    #[must_use]
    pub fn at(&self, cause: Timestamp) -> Timestamp {
        match &*self.0 {
            Mode::Following(latest) => {
                latest.fetch_max(cause.as_microsecond(), Ordering::Relaxed);
                cause
            }
            Mode::Live | Mode::Rehearsal(_) | Mode::Held(_) => self.now(),
        }
    }

    /// Waits until this clock shows `moment`.
    pub async fn sleep_until(&self, moment: Timestamp) {
        loop {
            let now = self.now();
            let Ok(left) = Duration::try_from(moment.duration_since(now)) else { return };
            if left.is_zero() {
                return;
            }
            let wait = match &*self.0 {
                Mode::Live => left,
                Mode::Rehearsal(rehearsal) => left.div_f64(rehearsal.rate_at(now)).min(REHEARSAL_SLEEP),
                Mode::Following(_) | Mode::Held(_) => LOOK_EVERY,
            };
            tokio::time::sleep(wait).await;
        }
    }

    /// Waits `wait` of the machine's time between two looks at what may be due; less when a held clock is moved
    /// meanwhile, which makes anything due.
    pub async fn pause(&self, wait: Duration) {
        let moved = async {
            match &*self.0 {
                Mode::Held(held) => {
                    let before = held.now();
                    while held.now() == before {
                        tokio::time::sleep(LOOK_EVERY).await;
                    }
                }
                Mode::Live | Mode::Rehearsal(_) | Mode::Following(_) => std::future::pending().await,
            }
        };
        tokio::select! { () = moved => {}, () = tokio::time::sleep(wait) => {} }
    }

    /// A new UUIDv7: sorts by time of making.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        let millis = u64::try_from(self.now().as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random_bytes()).into_uuid()
    }
}

/// Random bytes from the thread's cryptographic generator.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    generator().fill(&mut bytes[..]);
    bytes
}

/// An evenly spread random number.
#[must_use]
pub fn random_u64() -> u64 {
    generator().random()
}

#[expect(clippy::disallowed_methods, reason = "this is the one source of chance")]
fn generator() -> rand::rngs::ThreadRng {
    rand::rng()
}

#[expect(clippy::disallowed_methods, reason = "this is the one source of time")]
fn machine_now() -> Timestamp {
    Timestamp::now()
}

impl FromStr for Clock {
    type Err = anyhow::Error;

    /// `live`, `following`, `held FILE`, or `rehearsal START from ANCHOR at RATE until TURN then RATE`
    /// (RFC 3339 times, rates above 0).
    fn from_str(text: &str) -> Result<Self> {
        if let Some(path) = text.strip_prefix("held ") {
            return Clock::held(Path::new(path));
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        match words[..] {
            ["live"] => Ok(Clock::live()),
            ["following"] => Ok(Clock::following()),
            ["rehearsal", start, "from", anchor, "at", rate, "until", turn, "then", rate_after] => {
                Ok(Clock(Arc::new(Mode::Rehearsal(Rehearsal {
                    start: start.parse()?,
                    anchor: anchor.parse()?,
                    rate: rate_of(rate)?,
                    turn: turn.parse()?,
                    rate_after: rate_of(rate_after)?,
                }))))
            }
            _ => bail!(
                "a clock is `live`, `following`, `held FILE` or `rehearsal START from ANCHOR at RATE until TURN then RATE`, not `{text}`"
            ),
        }
    }
}

fn rate_of(text: &str) -> Result<f64> {
    let rate: f64 = text.parse().context("a rehearsal clock's rate must be a number")?;
    if !rate.is_finite() || rate < 0.001 {
        bail!("a rehearsal clock's rate must be at least 0.001");
    }
    Ok(rate)
}

#[cfg(test)]
mod tests;
