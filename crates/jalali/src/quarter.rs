//! A quarter of a year.

use std::fmt;
use std::ops::RangeInclusive;

use crate::{Date, Invalid, Year, digits};

const SEASONS: [&str; 4] = ["بهار", "تابستان", "پاییز", "زمستان"];

/// Three months of a year of the Jalali calendar: a season.
///
/// ```
/// use jalali::{Date, Quarter};
///
/// let autumn = Date::new(1404, 9, 3)?.quarter();
/// assert_eq!(autumn, Quarter::new(1404, 3)?);
/// assert_eq!(autumn.fa(), "پاییز ۱۴۰۴");
/// assert_eq!(autumn.days(), Date::new(1404, 7, 1)?..=Date::new(1404, 9, 30)?);
/// # Ok::<(), jalali::Invalid>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter(Date);

impl Quarter {
    /// The quarter of that number (1 to 4) of that year.
    ///
    /// # Errors
    /// When there is no such quarter.
    pub fn new(year: u16, number: u8) -> Result<Self, Invalid> {
        if !(1..=4).contains(&number) {
            return Err(Invalid::Quarter);
        }
        Date::new(year, number * 3 - 2, 1).map(Quarter)
    }

    /// The quarter whose first day that is.
    pub(crate) fn beginning(first: Date) -> Self {
        Quarter(first)
    }

    /// 1 (spring) to 4 (winter).
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0.month_number().div_ceil(3)
    }

    /// The year in which it lies.
    #[must_use]
    pub fn year(self) -> Year {
        self.0.year()
    }

    /// Its first and last day, and all between.
    #[must_use]
    pub fn days(self) -> RangeInclusive<Date> {
        let days = match self.number() {
            1 | 2 => 93,
            4 if !self.year().is_leap() => 89,
            _ => 90,
        };
        self.0..=self.0.plus_days(days - 1)
    }

    /// The quarter after; `None` after the calendar's last.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        let next = self.days().end().plus_days(1).quarter();
        (next > self).then_some(next)
    }

    /// The quarter before; `None` before the calendar's first.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        let previous = self.0.plus_days(-1).quarter();
        (previous < self).then_some(previous)
    }

    /// For people: `پاییز ۱۴۰۴`.
    #[must_use]
    pub fn fa(self) -> String {
        let season = SEASONS[usize::from(self.number() - 1)];
        digits::persian(&format!("{season} {}", self.0.year_number()))
    }
}

/// `1404/Q3`
impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}/Q{}", self.0.year_number(), self.number())
    }
}
