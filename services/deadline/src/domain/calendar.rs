//! Days off: holidays, closures and weekly ones, each with the versions of the calendar in which it counts (rule 7).

use jalali::{Calendar, Off, WeekOff};
use jiff::civil::Date;
use uuid::Uuid;

pub use jalali::OffKind as Kind;

/// The versions of the calendar in which something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub added: u64,
    /// The first in which it counts no more.
    pub removed: Option<u64>,
}

impl Span {
    /// Whether it counts in that version.
    #[must_use]
    pub fn holds(self, version: u64) -> bool {
        self.added <= version && self.removed.is_none_or(|removed| version < removed)
    }
}

/// Days on which offices are closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayOff {
    /// The closure's id, chosen by who announced it.
    pub id: Uuid,
    /// Holiday or closure.
    pub kind: Kind,
    /// Where; empty: the whole country.
    pub province: String,
    /// The first day in Tehran.
    pub first: Date,
    /// The last day, included.
    pub last: Date,
    /// Its name or its reason, in Persian.
    pub reason_fa: String,
    /// When it counts.
    pub span: Span,
}

/// The weekly days off of a province from a day on, until a later one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Where; empty: every province without a week of its own.
    pub province: String,
    /// From this day on.
    pub first: Date,
    /// From Monday on.
    pub off: [bool; 7],
    /// The version of the calendar that brought it; the newest of one day counts.
    pub added: u64,
}

/// The days off of every province in that version.
#[must_use]
pub fn of_version(days_off: &[DayOff], weeks: &[Week], version: u64) -> Calendar {
    let held = days_off.iter().filter(|day| day.span.holds(version));
    let off = held.map(|d| Off { kind: d.kind, place: &d.province, first: d.first, last: d.last });
    let off: Vec<Off<'_>> = off.collect();
    let mut known: Vec<&Week> = weeks.iter().filter(|week| week.added <= version).collect();
    known.sort_unstable_by_key(|week| (week.added, week.off));
    let weeks = known.into_iter().map(|w| WeekOff { place: &w.province, first: w.first, off: w.off });
    Calendar::new(&off, &weeks.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn closure(province: &str, first: Date, last: Date, span: Span) -> DayOff {
        let (id, province, reason_fa) = (Uuid::nil(), province.to_owned(), String::new());
        DayOff { id, kind: Kind::Closure, province, first, last, reason_fa, span }
    }

    #[test]
    fn a_province_has_its_own_closures_and_those_of_the_country_in_the_versions_that_know_them() {
        let off = [
            closure("fars", date(2025, 9, 27), date(2025, 9, 28), Span { added: 2, removed: Some(4) }),
            closure("", date(2025, 9, 28), date(2025, 9, 28), Span { added: 3, removed: None }),
        ];
        let closed = |version, province: &str| {
            let calendar = of_version(&off, &[], version);
            calendar.days(province).closed_between(date(2025, 9, 1), date(2025, 9, 30))
        };
        assert_eq!([1, 2, 3, 4].map(|version| closed(version, "fars")), [0, 2, 2, 1]);
        assert_eq!([2, 3].map(|version| closed(version, "tehran")), [0, 1]);
    }

    #[test]
    fn the_latest_week_that_has_begun_says_which_weekdays_are_off() {
        let week = |province: &str, first, days: &[usize], added| {
            let off = std::array::from_fn(|day| days.contains(&day));
            Week { province: province.to_owned(), first, off, added }
        };
        let weeks = [
            week("", date(2000, 1, 1), &[4], 1),
            week("tehran", date(2000, 1, 1), &[4], 2),
            week("tehran", date(2025, 1, 1), &[3, 4], 2),
            week("tehran", date(2025, 1, 1), &[4, 5], 3),
        ];
        let is_off =
            |version, province: &str, day| of_version(&[], &weeks, version).days(province).is_off(day);
        let (thursday, friday, saturday) = (date(2025, 9, 25), date(2025, 9, 26), date(2025, 9, 27));
        assert!(is_off(2, "fars", friday) && !is_off(2, "fars", thursday));
        assert!(is_off(2, "tehran", thursday) && !is_off(2, "tehran", date(2024, 12, 26)));
        assert!(is_off(3, "tehran", saturday) && !is_off(3, "tehran", thursday));
    }
}
