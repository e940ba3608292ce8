//! A month of a year.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::{Date, Invalid, Quarter, Year, digits, numbers};

const NAMES: [(&str, &str); 12] = [
    ("فروردین", "Farvardin"),
    ("اردیبهشت", "Ordibehesht"),
    ("خرداد", "Khordad"),
    ("تیر", "Tir"),
    ("مرداد", "Mordad"),
    ("شهریور", "Shahrivar"),
    ("مهر", "Mehr"),
    ("آبان", "Aban"),
    ("آذر", "Azar"),
    ("دی", "Dey"),
    ("بهمن", "Bahman"),
    ("اسفند", "Esfand"),
];

/// A month of a year of the Jalali calendar.
///
/// ```
/// use jalali::{Date, Month};
///
/// let esfand: Month = "1403/12".parse()?;
/// assert_eq!(esfand.fa(), "اسفند ۱۴۰۳");
/// assert_eq!(esfand.days(), Date::new(1403, 12, 1)?..=Date::new(1403, 12, 30)?);
/// assert_eq!(esfand.next(), Month::new(1404, 1).ok());
/// # Ok::<(), jalali::Invalid>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Date);

impl Month {
    /// The month of that number (1 to 12) of that year.
    ///
    /// # Errors
    /// When there is no such month.
    pub fn new(year: u16, number: u8) -> Result<Self, Invalid> {
        Date::new(year, number, 1).map(Month)
    }

    /// The month whose first day that is.
    pub(crate) fn beginning(first: Date) -> Self {
        Month(first)
    }

    /// 1 (Farvardin) to 12 (Esfand).
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0.month_number()
    }

    /// The year in which it lies.
    #[must_use]
    pub fn year(self) -> Year {
        self.0.year()
    }

    /// The quarter in which it lies.
    #[must_use]
    pub fn quarter(self) -> Quarter {
        self.0.quarter()
    }

    /// Its first and last day, and all between.
    #[must_use]
    pub fn days(self) -> RangeInclusive<Date> {
        let days = match self.number() {
            1..=6 => 31,
            12 if !self.year().is_leap() => 29,
            _ => 30,
        };
        self.0..=self.0.plus_days(days - 1)
    }

    /// The month after; `None` after the calendar's last.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        let next = self.days().end().plus_days(1).month();
        (next > self).then_some(next)
    }

    /// The month before; `None` before the calendar's first.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        let previous = self.0.plus_days(-1).month();
        (previous < self).then_some(previous)
    }

    /// Its name, such as `آذر`.
    #[must_use]
    pub fn name_fa(self) -> &'static str {
        self.names().0
    }

    /// Its name in Latin letters, such as `Azar`.
    #[must_use]
    pub fn name_en(self) -> &'static str {
        self.names().1
    }

    /// For people, with its year: `آذر ۱۴۰۴`.
    #[must_use]
    pub fn fa(self) -> String {
        digits::persian(&format!("{} {}", self.name_fa(), self.0.year_number()))
    }

    fn names(self) -> (&'static str, &'static str) {
        NAMES[usize::from(self.number() - 1)]
    }
}

/// `1404/09`
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}/{:02}", self.0.year_number(), self.number())
    }
}

/// Year and month between a slash or hyphen, in Latin, Persian or Arabic digits.
impl FromStr for Month {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let [year, number] = numbers(text, "1404/09")?;
        Month::new(year, u8::try_from(number).map_err(|_| Invalid::Month)?)
    }
}
