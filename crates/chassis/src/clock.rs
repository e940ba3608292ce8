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
    /// `start` at the real moment `anchor`, then `rate` times as fast.
    Rehearsal {
        start: Timestamp,
        anchor: Timestamp,
        rate: f64,
    },
    /// Goes where the messages say: microseconds since 1970 of the latest moment heard.
    Following(AtomicI64),
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

    /// A clock that shows `start` now and runs `rate` times as fast as the machine's.
    #[must_use]
    pub fn rehearsal(start: Timestamp, rate: f64) -> Self {
        Clock(Arc::new(Mode::Rehearsal { start, anchor: machine_now(), rate }))
    }

    /// This clock as [`Clock::from_str`] reads it, so that several processes show the same time.
    #[must_use]
    pub fn spelling(&self) -> String {
        match &*self.0 {
            Mode::Live => "live".to_owned(),
            Mode::Following(_) => "following".to_owned(),
            Mode::Rehearsal { start, anchor, rate } => format!("rehearsal {start} from {anchor} at {rate}"),
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
            Mode::Rehearsal { start, anchor, rate } => {
                let passed = machine_now().duration_since(*anchor).as_secs_f64() * rate;
                *start + SignedDuration::try_from_secs_f64(passed).unwrap_or_default()
            }
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
            Mode::Live | Mode::Rehearsal { .. } => self.now(),
        }
    }

    /// How long the machine must wait for `span` to pass on this clock.
    #[must_use]
    pub fn machine_wait(&self, span: std::time::Duration) -> std::time::Duration {
        match &*self.0 {
            Mode::Rehearsal { rate, .. } => span.div_f64(rate.max(0.001)),
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

    /// `live`, `following`, or `rehearsal START from ANCHOR at RATE` (RFC 3339 times, rate a number above 0).
    fn from_str(text: &str) -> Result<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words[..] {
            ["live"] => Ok(Clock::live()),
            ["following"] => Ok(Clock::following()),
            ["rehearsal", start, "from", anchor, "at", rate] => {
                let rate: f64 = rate.parse().context("the rehearsal clock's rate must be a number")?;
                if !rate.is_finite() || rate <= 0.0 {
                    bail!("the rehearsal clock's rate must be above 0");
                }
                Ok(Clock(Arc::new(Mode::Rehearsal { start: start.parse()?, anchor: anchor.parse()?, rate })))
            }
            _ => {
                bail!("a clock is `live`, `following` or `rehearsal START from ANCHOR at RATE`, not `{text}`")
            }
        }
    }
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

    #[test]
    fn a_spelled_clock_shows_the_same_time() {
        let clock = Clock::rehearsal("2025-03-21T00:00:00Z".parse().unwrap(), 86_400.0);
        let copy: Clock = clock.spelling().parse().unwrap();
        assert_eq!(copy.spelling(), clock.spelling());
        assert!(copy.now() >= "2025-03-21T00:00:00Z".parse().unwrap());
    }

    #[test]
    fn what_is_no_clock_is_refused() {
        for text in ["", "rehearsal", "rehearsal 2025-03-21T00:00:00Z from 2025-03-21T00:00:00Z at 0", "now"]
        {
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
