//! A clock that runs at a rate of its own.

use jiff::{SignedDuration, Timestamp};

/// `start` at the machine's moment `anchor`, then `rate` times as fast; from `turn` on `rate_after` times.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rehearsal {
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
    pub(super) fn show(&self, machine: Timestamp) -> Timestamp {
        let passed_s = machine.duration_since(self.anchor).as_secs_f64();
        let until_turn_s = self.turn.duration_since(self.start).as_secs_f64() / self.rate;
        let shown_s =
            passed_s.min(until_turn_s) * self.rate + (passed_s - until_turn_s).max(0.0) * self.rate_after;
        self.start + SignedDuration::try_from_secs_f64(shown_s).unwrap_or_default()
    }

    pub(super) fn rate_at(&self, shown: Timestamp) -> f64 {
        if shown < self.turn { self.rate } else { self.rate_after }
    }
}
