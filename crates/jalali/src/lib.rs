//! Iran's calendar: days, months, quarters and years of the Solar Hijri (Jalali) calendar, where they begin and end in
//! UTC, how people write them, and how days are counted of which some are off.
//!
//! Moments are stored in UTC ([`jiff::Timestamp`]); [`Tehran`] says which day they fall on and which moments a day, a month
//! or a quarter holds.
//!
//! ```
//! use jalali::{Date, Month, Tehran};
//!
//! let tehran = Tehran::new()?;
//! let date = tehran.date("2025-11-24T06:00:00Z".parse()?);
//! assert_eq!(date, Date::new(1404, 9, 3)?);
//! assert_eq!(date.fa_with_weekday(), "دوشنبه ۳ آذر ۱۴۰۴");
//!
//! // What a month's report counts: from its first moment up to, and without, the next month's first.
//! let moments = tehran.moments(date.month().days());
//! assert_eq!(moments.start, "2025-11-22T00:00:00+03:30".parse()?);
//! assert_eq!(moments.end, "2025-12-22T00:00:00+03:30".parse()?);
//! assert_eq!(date.month().previous(), Month::new(1404, 8).ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod count;
mod date;
mod day;
mod days_off;
pub mod digits;
mod month;
mod quarter;
mod tehran;
mod year;

pub use count::{Count, Counted};
pub use date::{Date, weekday_fa};
pub use day::day;
pub use days_off::{Calendar, DaysOff, Off, OffKind, WeekOff};
pub use month::Month;
pub use quarter::Quarter;
pub use tehran::Tehran;
pub use year::{FIRST_YEAR, LAST_YEAR, Year};

/// Why something is not a date, a month, a quarter or a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// The text does not have the form.
    #[error("it must be written as {0}")]
    Form(&'static str),
    /// The year is out of range.
    #[error("the year must be {FIRST_YEAR} to {LAST_YEAR}")]
    Year,
    /// There is no such quarter.
    #[error("the quarter must be 1 to 4")]
    Quarter,
    /// There is no such month.
    #[error("the month must be 1 to 12")]
    Month,
    /// The month has no such day.
    #[error("the month has no such day")]
    Day,
}

/// The numbers of a text such as `1404/09/03`, between slashes or hyphens, in Latin, Persian or Arabic digits.
fn numbers<const COUNT: usize>(text: &str, form: &'static str) -> Result<[u16; COUNT], Invalid> {
    let latin = digits::latin(text.trim());
    let mut parts = latin.split(['/', '-']);
    let mut numbers = [0; COUNT];
    for number in &mut numbers {
        let part = parts.next().filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        *number = part.and_then(|part| part.parse().ok()).ok_or(Invalid::Form(form))?;
    }
    if parts.next().is_some() { Err(Invalid::Form(form)) } else { Ok(numbers) }
}
