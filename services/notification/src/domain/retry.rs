//! When a notice that could not be sent is tried again.

use jiff::{SignedDuration, Timestamp};

/// Doublings, at most: beyond them the wait stays the same.
const MAX_DOUBLINGS: u32 = 16;

/// How patient the deployment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Seconds before the second attempt.
    pub backoff_s: u32,
    /// Attempts before a notice is given up.
    pub max_attempts: u32,
}

impl Patience {
    /// When to try again after the attempt of that number (1 for the first) failed at `now`; none: give up.
    #[must_use]
    pub fn again_at(&self, attempts: u32, now: Timestamp) -> Option<Timestamp> {
        if attempts >= self.max_attempts {
            return None;
        }
        let doublings = attempts.saturating_sub(1).min(MAX_DOUBLINGS);
        let wait = SignedDuration::from_secs(i64::from(self.backoff_s) << doublings);
        Some(now.checked_add(wait).unwrap_or(Timestamp::MAX))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn waits_double_and_end(backoff_s in 1_u32..100_000, max_attempts in 1_u32..40) {
            let patience = Patience { backoff_s, max_attempts };
            let now = Timestamp::UNIX_EPOCH;
            let waits: Vec<i64> =
                (1..).map_while(|n| patience.again_at(n, now)).map(Timestamp::as_second).collect();
            prop_assert_eq!(waits.len(), max_attempts as usize - 1);
            prop_assert!(waits.windows(2).all(|pair| pair[1] == pair[0] * 2 || pair[1] == pair[0]));
            prop_assert!(waits.first().is_none_or(|first| *first == i64::from(backoff_s)));
        }
    }
}
