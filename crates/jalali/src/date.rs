//! A day.

use std::fmt;
use std::str::FromStr;

use icu_calendar::cal::Persian;
use icu_calendar::types::{self, RataDie};
use jiff::ToSpan;
use jiff::civil::{self, Weekday};

use crate::{FIRST_YEAR, Invalid, LAST_YEAR, Month, Quarter, Year, digits, numbers};

/// 1 January 1970, and its number when days are counted from 1 January of the year 1.
const EPOCH: (civil::Date, i64) = (civil::date(1970, 1, 1), 719_163);

/// More days than the calendar has.
const MANY_DAYS: i64 = 4_000_000;

/// From Monday on, as ISO 8601 counts.
const WEEKDAYS: [&str; 7] = ["دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"];

/// A day of the Jalali calendar, from [`FIRST_YEAR`] to [`LAST_YEAR`]: every moment in such a day has a timestamp.
///
/// ```
/// use jalali::Date;
///
/// let date: Date = "۱۴۰۴/۹/۳".parse()?;
/// assert_eq!((date.year().number(), date.month().number(), date.day()), (1404, 9, 3));
/// assert_eq!(date.to_string(), "1404/09/03");
/// assert_eq!(date.fa(), "۳ آذر ۱۴۰۴");
/// assert_eq!(date.en(), "3 Azar 1404");
/// assert_eq!(date.civil(), jiff::civil::date(2025, 11, 24));
/// assert!("1404/12/30".parse::<Date>().is_err(), "1404 is no leap year");
/// # Ok::<(), jalali::Invalid>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
    civil: civil::Date,
}

impl Date {
    /// The first day of the calendar: 1 Farvardin 1.
    pub const FIRST: Date = Date { year: FIRST_YEAR, month: 1, day: 1, civil: civil::date(622, 3, 21) };
    /// The last day that is counted.
    pub const LAST: Date = Date { year: LAST_YEAR, month: 12, day: 29, civil: civil::date(9999, 3, 19) };

    /// That day of that month (1 to 12) of that year.
    ///
    /// # Errors
    /// When there is no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, Invalid> {
        if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
            return Err(Invalid::Year);
        }
        if !(1..=12).contains(&month) {
            return Err(Invalid::Month);
        }
        let of_month = types::Month::new(month);
        let date = icu_calendar::Date::try_new(i32::from(year).into(), of_month, day, Persian)
            .map_err(|_| Invalid::Day)?;
        let since_epoch = (date.to_rata_die().to_i64_date() - EPOCH.1).days();
        Ok(Date { year, month, day, civil: EPOCH.0.saturating_add(since_epoch) })
    }

    /// The day that the Gregorian calendar calls so; before the first day the first, after the last the last.
    #[must_use]
    pub fn of(civil: civil::Date) -> Self {
        let civil = civil.clamp(Self::FIRST.civil, Self::LAST.civil);
        let since_epoch = civil.duration_since(EPOCH.0).as_hours() / 24;
        let date = icu_calendar::Date::from_rata_die(RataDie::new(since_epoch + EPOCH.1), Persian);
        let year = u16::try_from(date.year().extended_year()).unwrap_or(FIRST_YEAR);
        Date { year, month: date.month().number(), day: date.day_of_month().0, civil }
    }

    /// The same day in the Gregorian calendar.
    #[must_use]
    pub const fn civil(self) -> civil::Date {
        self.civil
    }

    /// The number of the year, such as 1404.
    pub(crate) const fn year_number(self) -> u16 {
        self.year
    }

    /// The number of the month, 1 to 12.
    pub(crate) const fn month_number(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// The month in which it lies.
    #[must_use]
    pub fn month(self) -> Month {
        Month::beginning(self.plus_days(1 - i64::from(self.day)))
    }

    /// The quarter in which it lies.
    #[must_use]
    pub fn quarter(self) -> Quarter {
        let month = (self.month - 1) / 3 * 3 + 1;
        Quarter::beginning(self.plus_days(day_of_year(month, 1) - day_of_year(self.month, self.day)))
    }

    /// The year in which it lies.
    #[must_use]
    pub fn year(self) -> Year {
        Year::beginning(self.plus_days(1 - day_of_year(self.month, self.day)))
    }

    /// The day of the week; [`weekday_fa`] names it.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        self.civil.weekday()
    }

    /// So many days later (earlier when negative), within [`Date::FIRST`] to [`Date::LAST`].
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self::of(self.civil.saturating_add(days.clamp(-MANY_DAYS, MANY_DAYS).days()))
    }

    /// Days from this day to `later`; negative when that day is the earlier one.
    #[must_use]
    pub fn days_until(self, later: Date) -> i64 {
        later.civil.duration_since(self.civil).as_hours() / 24
    }

    /// For people: `۳ آذر ۱۴۰۴`.
    #[must_use]
    pub fn fa(self) -> String {
        digits::persian(&format!("{} {} {}", self.day, self.month().name_fa(), self.year))
    }

    /// For people: `دوشنبه ۳ آذر ۱۴۰۴`.
    #[must_use]
    pub fn fa_with_weekday(self) -> String {
        format!("{} {}", weekday_fa(self.weekday()), self.fa())
    }

    /// In Latin letters: `3 Azar 1404`.
    #[must_use]
    pub fn en(self) -> String {
        format!("{} {} {}", self.day, self.month().name_en(), self.year)
    }
}

/// `1404/09/03`
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}/{:02}/{:02}", self.year, self.month, self.day)
    }
}

/// Year, month and day between slashes or hyphens, in Latin, Persian or Arabic digits.
impl FromStr for Date {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let [year, month, day] = numbers(text, "1404/09/03")?;
        let month = u8::try_from(month).map_err(|_| Invalid::Month)?;
        Date::new(year, month, u8::try_from(day).map_err(|_| Invalid::Day)?)
    }
}

/// The weekday's Persian name.
///
/// ```
/// assert_eq!(jalali::weekday_fa(jiff::civil::Weekday::Saturday), "شنبه");
/// ```
#[must_use]
pub fn weekday_fa(weekday: Weekday) -> &'static str {
    WEEKDAYS[usize::from(weekday.to_monday_zero_offset().unsigned_abs())]
}

/// Which day of its year that day is, from 1: six months of 31 days, then months of 30.
fn day_of_year(month: u8, day: u8) -> i64 {
    i64::from(month - 1) * 30 + i64::from(month - 1).min(6) + i64::from(day)
}

#[cfg(test)]
mod tests;
