//! A year.

use std::fmt;
use std::ops::RangeInclusive;

use crate::{Date, Invalid, digits};

/// The first year that is counted: that of the Hijra (622 CE).
pub const FIRST_YEAR: u16 = 1;
/// The last that ends within the range of [`jiff::Timestamp`] (9999 CE).
pub const LAST_YEAR: u16 = 9377;

/// A year of the Jalali calendar.
///
/// ```
/// use jalali::Year;
///
/// let year = Year::new(1403)?;
/// assert!(year.is_leap());
/// assert_eq!(year.nowruz().civil(), jiff::civil::date(2024, 3, 20));
/// assert_eq!(year.days().end().fa(), "۳۰ اسفند ۱۴۰۳");
/// # Ok::<(), jalali::Invalid>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Year(Date);

impl Year {
    /// The year of that number, such as 1404.
    ///
    /// # Errors
    /// Outside [`FIRST_YEAR`] to [`LAST_YEAR`].
    pub fn new(number: u16) -> Result<Self, Invalid> {
        Date::new(number, 1, 1).map(Year)
    }

    /// The year whose first day that is.
    pub(crate) fn beginning(first: Date) -> Self {
        Year(first)
    }

    /// Such as 1404.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0.year_number()
    }

    /// Whether Esfand has a thirtieth day.
    #[must_use]
    pub fn is_leap(self) -> bool {
        Date::new(self.number(), 12, 30).is_ok()
    }

    /// Nowruz, the feast of its first day: 1 Farvardin, the day of the spring equinox by Tehran's noon.
    #[must_use]
    pub const fn nowruz(self) -> Date {
        self.0
    }

    /// Its first and last day, and all between.
    #[must_use]
    pub fn days(self) -> RangeInclusive<Date> {
        let days = if self.is_leap() { 366 } else { 365 };
        self.0..=self.0.plus_days(days - 1)
    }

    /// For people: `۱۴۰۴`.
    #[must_use]
    pub fn fa(self) -> String {
        digits::persian(&self.number().to_string())
    }
}

/// `1404`
impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.number())
    }
}
