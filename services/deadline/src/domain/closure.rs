//! A closure as someone announces it, checked; and which clocks it may touch.

use std::ops::Range;

use jalali::Tehran;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::calendar::{DayOff, Kind, Span};

/// Days of one closure, at most: what is longer is a change of the calendar.
pub const MAX_DAYS: i64 = 60;
/// Letters of a reason, at most.
pub const MAX_REASON: usize = 500;
/// Letters of a province's or an agency's code, at most: it is a token of a subject.
const MAX_CODE: usize = 64;

/// What is wrong with what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {message}")]
pub struct Fault {
    /// The field, as the contract calls it.
    pub field: &'static str,
    /// What it must be.
    pub message: String,
}

/// A fault of one field.
pub(crate) fn fault<T>(field: &'static str, message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault { field, message: message.into() })
}

/// Reads an announcement; its version is still to be given.
///
/// # Errors
/// Names the first field that cannot be used.
pub fn announced(
    id: &str,
    province: &str,
    first: &str,
    last: &str,
    reason_fa: &str,
) -> Result<DayOff, Fault> {
    let id = read_id("closure_id", id)?;
    if !is_code(province) {
        return fault("province", "must be the code of a province, or empty for the whole country");
    }
    let (first, last) = (read_day("first_day", first)?, read_day("last_day", last)?);
    if last < first || last.duration_since(first).as_hours() / 24 >= MAX_DAYS {
        return fault(
            "last_day",
            format!("must not lie before first_day, nor {MAX_DAYS} days or more after it"),
        );
    }
    let reason_fa = read_reason(reason_fa)?;
    let span = Span { added: 0, removed: None };
    Ok(DayOff { id, kind: Kind::Closure, province: province.to_owned(), first, last, reason_fa, span })
}

/// Whether the two announce the same.
#[must_use]
pub fn says_the_same(one: &DayOff, other: &DayOff) -> bool {
    let said = |d: &DayOff| (d.province.clone(), d.first, d.last, d.reason_fa.clone());
    said(one) == said(other)
}

/// The moments of days: clocks that begin before the end and are due after the beginning are touched.
#[must_use]
pub fn moments(first: Date, last: Date, tehran: &Tehran) -> Range<Timestamp> {
    tehran.moments(jalali::Date::of(first)..=jalali::Date::of(last))
}

/// An id that a caller chose.
pub(crate) fn read_id(field: &'static str, text: &str) -> Result<Uuid, Fault> {
    match Uuid::try_parse(text) {
        Ok(id) if !id.is_nil() => Ok(id),
        _ => fault(field, "must be a UUID, the same on every repeat"),
    }
}

/// A day of the Gregorian calendar.
pub(crate) fn read_day(field: &'static str, text: &str) -> Result<Date, Fault> {
    let years = 1900..=2200;
    match text.parse::<Date>() {
        Ok(day) if text.len() == 10 && years.contains(&day.year()) => Ok(day),
        _ => fault(field, "must be a day of the Gregorian calendar, YYYY-MM-DD, from 1900 to 2200"),
    }
}

/// A reason, in Persian.
pub(crate) fn read_reason(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_REASON || text.chars().any(char::is_control) {
        return fault("reason_fa", format!("must be 1 to {MAX_REASON} letters in one line"));
    }
    Ok(text.to_owned())
}

/// Whether it can be a token of a subject, or is empty.
pub(crate) fn is_code(text: &str) -> bool {
    text.len() <= MAX_CODE && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001";

    #[test]
    fn what_cannot_be_a_closure_is_named() {
        let read = |id, province, first, last, reason| {
            announced(id, province, first, last, reason).map_err(|fault| fault.field).err()
        };
        let (first, last) = ("2025-09-27", "2025-09-28");
        assert_eq!(read(ID, "fars", first, last, "گرد و غبار"), None);
        assert_eq!(read("x", "fars", first, last, "گرد"), Some("closure_id"));
        assert_eq!(read(ID, "fars.*", first, last, "گرد"), Some("province"));
        assert_eq!(read(ID, "", "1404-07-05", last, "گرد"), Some("first_day"));
        assert_eq!(read(ID, "", last, first, "گرد"), Some("last_day"));
        assert_eq!(read(ID, "", first, "2025-11-26", "گرد"), Some("last_day"));
        assert_eq!(read(ID, "", first, last, " "), Some("reason_fa"));
    }

    #[test]
    fn the_moments_of_a_day_are_those_of_tehran() {
        let day = "2025-09-27".parse().unwrap();
        let moments = moments(day, day, &Tehran::new().unwrap());
        assert_eq!(moments.start, "2025-09-26T20:30:00Z".parse().unwrap());
        assert_eq!(moments.end, "2025-09-27T20:30:00Z".parse().unwrap());
    }
}
