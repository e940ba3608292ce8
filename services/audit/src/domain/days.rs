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

/// Years below this are Jalali: 1700 lies three centuries ahead in the one calendar, and before any record in the other.
const FIRST_GREGORIAN_YEAR: u16 = 1700;

/// A day as a person in Iran or a program writes it: Jalali (1404-01-15) or ISO 8601 (2025-04-04).
#[must_use]
pub fn read_day(text: &str) -> Option<Date> {
    let latin = jalali::digits::latin(text.trim());
    let year: u16 = latin.split(['/', '-']).next()?.parse().ok()?;
    if year < FIRST_GREGORIAN_YEAR {
        return Some(latin.parse::<jalali::Date>().ok()?.civil());
    }
    latin.parse().ok()
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

    #[test]
    fn a_day_is_read_in_either_calendar() {
        for text in ["1404-01-15", "۱۴۰۴/۰۱/۱۵", "2025-04-04"] {
            assert_eq!(read_day(text), Some(jiff::civil::date(2025, 4, 4)), "{text}");
        }
        for text in ["", "yesterday", "1404-13-01", "2025-02-30"] {
            assert_eq!(read_day(text), None, "{text}");
        }
    }
}
