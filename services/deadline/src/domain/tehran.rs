//! Calendar days as they are counted in Iran.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};

/// The time zone in which days are counted.
#[derive(Debug, Clone)]
pub struct Tehran(TimeZone);

impl Tehran {
    /// Asia/Tehran.
    ///
    /// # Errors
    /// When the time zone database lacks it.
    pub fn new() -> Result<Self, jiff::Error> {
        TimeZone::get("Asia/Tehran").map(Tehran)
    }

    /// The same time of day, `days` calendar days later (earlier when negative); at the end of time, the end of time.
    #[must_use]
    pub fn add_days(&self, at: Timestamp, days: i64) -> Timestamp {
        let later = Span::new().try_days(days).and_then(|span| self.zoned(at).checked_add(span));
        let edge = if days < 0 { Timestamp::MIN } else { Timestamp::MAX };
        later.map_or(edge, |zoned| zoned.timestamp())
    }

    /// The moment as Tehran's clocks show it.
    #[must_use]
    pub fn zoned(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_keep_the_time_of_day_across_a_change_of_clocks() {
        // Iran's clocks went forward on 22 March 2021.
        let tehran = Tehran::new().unwrap();
        let at: Timestamp = "2021-03-20T10:00:00+03:30".parse().unwrap();
        assert_eq!(tehran.add_days(at, 15), "2021-04-04T10:00:00+04:30".parse().unwrap());
        assert_eq!(tehran.add_days(tehran.add_days(at, 15), -15), at);
        assert_eq!(tehran.add_days(at, i64::MAX), Timestamp::MAX);
    }
}
