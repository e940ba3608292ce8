//! Days as citizens and offices count them.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// Days begin and end by this zone's clock.
#[derive(Debug, Clone)]
pub struct Days(TimeZone);

impl Days {
    /// Asia/Tehran.
    ///
    /// # Errors
    /// When the time zone database does not hold it.
    pub fn tehran() -> Result<Self, jiff::Error> {
        TimeZone::get("Asia/Tehran").map(Self)
    }

    /// The day on which the moment falls.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> Date {
        self.0.to_datetime(at).date()
    }

    /// The moment at which the day begins.
    ///
    /// # Errors
    /// When the day lies outside the range of timestamps.
    pub fn start(&self, day: Date) -> Result<Timestamp, jiff::Error> {
        self.0.to_timestamp(day.to_datetime(jiff::civil::Time::midnight()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_in_tehran() {
        let days = Days::tehran().unwrap();
        let before = "2025-09-22T20:29:59Z".parse().unwrap();
        let after = "2025-09-22T20:30:00Z".parse().unwrap();
        assert_eq!(days.day(before).to_string(), "2025-09-22");
        assert_eq!(days.day(after).to_string(), "2025-09-23");
        assert_eq!(days.start(days.day(after)).unwrap(), after);
    }
}
