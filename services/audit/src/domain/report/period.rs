//! What a report is of: a month or a quarter of the Jalali calendar.

use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;

use jalali::{Date, Month, Quarter, Tehran};
use jiff::{SignedDuration, Timestamp};

/// A month or a quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    Month(Month),
    Quarter(Quarter),
}

impl Period {
    /// Its days.
    #[must_use]
    pub fn days(self) -> RangeInclusive<Date> {
        match self {
            Period::Month(month) => month.days(),
            Period::Quarter(quarter) => quarter.days(),
        }
    }

    /// Its moments, without the end.
    #[must_use]
    pub fn moments(self, tehran: &Tehran) -> Range<Timestamp> {
        tehran.moments(self.days())
    }

    /// For people: `مهر ۱۴۰۴`, `پاییز ۱۴۰۴`.
    #[must_use]
    pub fn fa(self) -> String {
        match self {
            Period::Month(month) => month.fa(),
            Period::Quarter(quarter) => quarter.fa(),
        }
    }

    /// The periods that ended `wait` ago or longer, from the month of `first` on, oldest first; a quarter after its
    /// last month.
    #[must_use]
    pub fn ended(
        first: Timestamp,
        now: Timestamp,
        wait: impl Fn(Period) -> SignedDuration,
        tehran: &Tehran,
    ) -> Vec<Period> {
        let mut ended = Vec::new();
        let mut next = Some(tehran.date(first).month());
        while let Some(month) = next {
            let over = |period: Period| {
                period.moments(tehran).end.checked_add(wait(period)).is_ok_and(|issued| issued <= now)
            };
            if !over(Period::Month(month)) {
                break;
            }
            ended.push(Period::Month(month));
            let quarter = Period::Quarter(month.quarter());
            if month.number().is_multiple_of(3) && over(quarter) {
                ended.push(quarter);
            }
            next = month.next();
        }
        ended
    }
}

/// `1404-07`, `1404-q3`
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Period::Month(month) => write!(f, "{:04}-{:02}", month.year().number(), month.number()),
            Period::Quarter(quarter) => write!(f, "{:04}-q{}", quarter.year().number(), quarter.number()),
        }
    }
}

/// A text that is no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a month such as 1404-07 or a quarter such as 1404-q3")]
pub struct NoPeriod;

impl FromStr for Period {
    type Err = NoPeriod;

    fn from_str(text: &str) -> Result<Self, NoPeriod> {
        let latin = jalali::digits::latin(text.trim()).to_lowercase();
        let quarter = latin.split_once("-q").or_else(|| latin.split_once("/q"));
        if let Some((year, number)) = quarter {
            let number = number.parse().map_err(|_| NoPeriod)?;
            return Quarter::new(year.parse().map_err(|_| NoPeriod)?, number)
                .map(Period::Quarter)
                .map_err(|_| NoPeriod);
        }
        latin.parse().map(Period::Month).map_err(|_| NoPeriod)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_read_as_they_are_written() {
        for text in ["1404-07", "1404-q3"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        assert_eq!("۱۴۰۴/۷".parse::<Period>().unwrap().fa(), "مهر ۱۴۰۴");
        assert_eq!("1404-Q3".parse::<Period>().unwrap().fa(), "پاییز ۱۴۰۴");
        for text in ["", "1404", "1404-13", "1404-q5", "1404-q", "yesterday"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_period_is_reported_when_it_has_ended_and_what_was_on_its_way_has_come() {
        let tehran = Tehran::new().unwrap();
        let wait = |_| SignedDuration::from_hours(6);
        let first = "2025-06-30T00:00:00+03:30".parse().unwrap();
        let ended = |now: &str| {
            let ended = Period::ended(first, now.parse().unwrap(), wait, &tehran);
            ended.iter().map(Period::to_string).collect::<Vec<_>>()
        };
        assert_eq!(ended("2025-07-23T05:59:00+03:30"), Vec::<String>::new());
        assert_eq!(ended("2025-07-23T06:00:00+03:30"), ["1404-04"]);
        assert_eq!(ended("2025-10-01T00:00:00+03:30"), ["1404-04", "1404-05", "1404-06", "1404-q2"]);
    }
}
