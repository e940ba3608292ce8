//! A day as people write it, in either calendar.

use jiff::civil;

use crate::{Date, Invalid, digits};

/// Years below this are Jalali: 1700 lies three centuries ahead in the one calendar, and before any record in the other.
const FIRST_GREGORIAN_YEAR: u16 = 1700;
/// What a day looks like.
const FORM: &str = "a day such as 1404-01-15 or 2025-04-04";

/// A day as a person in Iran or a program writes it: `1404-01-15`, `۱۴۰۴/۱/۱۵` or `2025-04-04`.
///
/// # Errors
/// When it is a day of neither calendar.
pub fn day(text: &str) -> Result<civil::Date, Invalid> {
    let latin = digits::latin(text.trim());
    let year = latin.split(['/', '-']).next().and_then(|year| year.parse::<u16>().ok());
    if year.is_some_and(|year| year < FIRST_GREGORIAN_YEAR) {
        return Ok(latin.parse::<Date>()?.civil());
    }
    latin.parse().map_err(|_| Invalid::Form(FORM))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_either_calendar() {
        for text in ["1404-01-15", "1404/1/15", "۱۴۰۴/۰۱/۱۵", "2025-04-04"] {
            assert_eq!(day(text).unwrap(), civil::date(2025, 4, 4), "{text}");
        }
        for text in ["", "yesterday", "1404-13-01", "2025-02-30", "1404"] {
            assert!(day(text).is_err(), "{text}");
        }
    }
}
