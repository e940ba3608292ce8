//! The only source of now, of random numbers and of new ids (`clippy.toml` bans the others).

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context, Result, bail};
use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use uuid::Uuid;

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
}

/// `start` at the machine's moment `anchor`, then `rate` times as fast; from `turn` on `rate_after` times.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsal {
    /// What the clock shows at the anchor.
    pub start: Timestamp,
    /// The machine's moment at which it shows `start`.
    pub anchor: Timestamp,
    /// How many times as fast as the machine's clock it runs.
    pub rate: f64,
    /// The moment on this clock from which it runs at `rate_after`.
    pub turn: Timestamp,
    /// See `turn`.
    pub rate_after: f64,
}

impl Rehearsal {
    fn show(&self, machine: Timestamp) -> Timestamp {
        let passed_s = machine.duration_since(self.anchor).as_secs_f64();
        let until_turn_s = self.turn.duration_since(self.start).as_secs_f64() / self.rate;
        let shown_s =
            passed_s.min(until_turn_s) * self.rate + (passed_s - until_turn_s).max(0.0) * self.rate_after;
        self.start + SignedDuration::try_from_secs_f64(shown_s).unwrap_or_default()
    }

    fn rate_at(&self, shown: Timestamp) -> f64 {
        if shown < self.turn { self.rate } else { self.rate_after }
    }
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

    /// This clock as [`Clock::from_str`] reads it, so that several processes show the same time.
    #[must_use]
    pub fn spelling(&self) -> String {
        match &*self.0 {
            Mode::Live => "live".to_owned(),
            Mode::Following(_) => "following".to_owned(),
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
            Mode::Live | Mode::Rehearsal(_) => self.now(),
        }
    }

    /// How long the machine must wait for `span` to pass on this clock.
    #[must_use]
    pub fn machine_wait(&self, span: std::time::Duration) -> std::time::Duration {
        match &*self.0 {
            Mode::Rehearsal(rehearsal) => span.div_f64(rehearsal.rate_at(self.now())),
            Mode::Live | Mode::Following(_) => span,
        }
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

    /// `live`, `following`, or `rehearsal START from ANCHOR at RATE until TURN then RATE`
    /// (RFC 3339 times, rates above 0).
    fn from_str(text: &str) -> Result<Self> {
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
                "a clock is `live`, `following` or `rehearsal START from ANCHOR at RATE until TURN then RATE`, not `{text}`"
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
mod tests {
    use super::*;

    #[test]
    fn a_following_clock_shows_the_latest_cause() {
        let clock = Clock::following();
        let (early, late) =
            ("2025-03-21T00:00:00Z".parse().unwrap(), "2025-04-01T00:00:00Z".parse::<Timestamp>().unwrap());
        assert_eq!(clock.at(late), late);
        assert_eq!(clock.at(early), early);
        assert_eq!(clock.now(), late);
    }

    fn rehearsal() -> Rehearsal {
        Rehearsal {
            start: "2025-03-21T00:00:00Z".parse().unwrap(),
            anchor: "2026-01-01T00:00:00Z".parse().unwrap(),
            rate: 3600.0,
            turn: "2025-03-22T00:00:00Z".parse().unwrap(),
            rate_after: 86_400.0,
        }
    }

    #[test]
    fn a_rehearsal_turns_to_its_second_rate() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let clock = rehearsal();
        assert_eq!(clock.show(at("2026-01-01T00:00:02Z")), at("2025-03-21T02:00:00Z"));
        assert_eq!(clock.show(at("2026-01-01T00:00:24Z")), at("2025-03-22T00:00:00Z"));
        assert_eq!(clock.show(at("2026-01-01T00:00:26Z")), at("2025-03-24T00:00:00Z"));
    }

    #[test]
    fn a_spelled_clock_shows_the_same_time() {
        let clock = Clock(Arc::new(Mode::Rehearsal(rehearsal())));
        let copy: Clock = clock.spelling().parse().unwrap();
        assert_eq!(copy.spelling(), clock.spelling());
    }

    #[test]
    fn what_is_no_clock_is_refused() {
        for text in [
            "",
            "rehearsal",
            "rehearsal 2025-03-21T00:00:00Z from 2025-03-21T00:00:00Z at 0 until 2025-03-21T00:00:00Z then 1",
            "now",
        ] {
            assert!(text.parse::<Clock>().is_err(), "{text}");
        }
    }

    #[test]
    fn new_ids_are_version_7_and_differ() {
        let clock = Clock::live();
        let (a, b) = (clock.new_id(), clock.new_id());
        assert_ne!(a, b);
        assert_eq!(a.get_version_num(), 7);
    }
}
