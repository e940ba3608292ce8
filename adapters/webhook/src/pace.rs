//! How fast an endpoint is pushed to: as it bears, and not at all while it asks for a pause.

use jiff::{SignedDuration, Timestamp};

/// Messages under way at once to an endpoint that answers.
const WIDEST: usize = 16;
/// The pause of an endpoint that is overloaded and does not say how long.
const PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// No endpoint is left alone for longer: it may have meant seconds and said milliseconds.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// What an endpoint bears now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pace {
    window: usize,
    /// Until when nothing is sent.
    pub pause_until: Timestamp,
}

impl Default for Pace {
    fn default() -> Self {
        Pace { window: WIDEST, pause_until: Timestamp::UNIX_EPOCH }
    }
}

impl Pace {
    /// How many more messages may be begun now.
    pub fn free(&self, now: Timestamp, under_way: usize) -> usize {
        if now < self.pause_until { 0 } else { self.window.saturating_sub(under_way) }
    }

    /// A message was taken.
    pub fn taken(&mut self) {
        self.window = (self.window + 1).min(WIDEST);
    }

    /// A message was not taken.
    pub fn failed(&mut self) {
        self.window = (self.window / 2).max(1);
    }

    /// The endpoint is overloaded, and perhaps says for how long.
    pub fn overloaded(&mut self, now: Timestamp, asked: Option<SignedDuration>) {
        self.failed();
        let pause = asked.unwrap_or(PAUSE).clamp(SignedDuration::ZERO, LONGEST_PAUSE);
        self.pause_until = self.pause_until.max(now.saturating_add(pause).unwrap_or(now));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn an_overloaded_endpoint_is_left_alone_and_then_tried_with_few() {
        let mut pace = Pace::default();
        pace.overloaded(at(100), Some(SignedDuration::from_secs(60)));
        assert_eq!((pace.free(at(159), 0), pace.free(at(160), 0)), (0, WIDEST / 2));
        pace.overloaded(at(160), None);
        assert_eq!((pace.free(at(164), 0), pace.free(at(165), 1)), (0, WIDEST / 4 - 1));
        pace.overloaded(at(165), Some(SignedDuration::from_hours(900)));
        assert!(pace.free(at(165 + 3_600), 0) > 0);
    }

    proptest! {
        #[test]
        fn there_is_always_a_way_back(outcomes in prop::collection::vec(0..3_u8, 0..100)) {
            let mut pace = Pace::default();
            for outcome in outcomes {
                match outcome {
                    0 => pace.taken(),
                    1 => pace.failed(),
                    _ => pace.overloaded(at(0), None),
                }
                let free = pace.free(at(PAUSE.as_secs()), 0);
                prop_assert!((1..=WIDEST).contains(&free));
            }
        }
    }
}
