//! When a message that was not taken is tried again: the schedule that Standard Webhooks publishes.

use jiff::SignedDuration;

/// Before the first try and each that follows; after the last, 3 days and 3.6 hours on, one a day: a referral is never
/// given up unseen, for its clock runs on.
const WAITS: [SignedDuration; 10] = [
    SignedDuration::ZERO,
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];

/// How long to wait after so many tries that failed.
pub(crate) fn wait_after(failures: u32) -> SignedDuration {
    let place = usize::try_from(failures).unwrap_or(usize::MAX);
    WAITS[place.min(WAITS.len() - 1)]
}

/// Whether the schedule's tries are used up.
pub(crate) fn is_over(failures: u32) -> bool {
    usize::try_from(failures).is_ok_and(|failures| failures >= WAITS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tries_take_three_days_and_then_one_is_made_a_day() {
        let begun = |failures: u32| (0..=failures).map(wait_after).sum::<SignedDuration>().as_secs();
        assert_eq!((begun(0), begun(1), begun(2)), (0, 5, 305));
        assert_eq!(begun(9), 5 + 35 * 60 + 75 * 3_600);
        assert_eq!(wait_after(40), SignedDuration::from_hours(24));
        assert!(!is_over(9) && is_over(10));
    }
}
