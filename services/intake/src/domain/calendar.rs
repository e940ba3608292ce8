//! Days off as deadline states them, for the promise at registration (rule 7).

use std::collections::BTreeSet;

use jalali::{Calendar, Off, OffKind, WeekOff};
use jiff::civil::Date;

/// What citizens are told of a holiday.
const HOLIDAY_FA: &str = "تعطیل رسمی";

/// Offices are closed, and it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// Where; empty: the whole country.
    pub province: String,
    /// The first day in Tehran.
    pub first: Date,
    /// The last day, included.
    pub last: Date,
    /// What citizens are told of it; empty where that was not heard.
    pub reason_fa: String,
}

/// An import of holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holidays {
    /// The version of the calendar that it made.
    pub version: u64,
    /// The days for which it knows all; none where it brought weeks only.
    pub covers: Option<(Date, Date)>,
    /// The holidays among them.
    pub days: Vec<Date>,
}

/// The weekly days off of a province from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// The version of the calendar that brought it.
    pub version: u64,
    /// Where; empty: every province without a week of its own.
    pub province: String,
    /// From this day on.
    pub first: Date,
    /// From Monday on.
    pub off: [bool; 7],
}

/// All days off that were heard of, in whatever order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DaysOff {
    closures: Vec<Closure>,
    /// The calendar made of them.
    pub calendar: Calendar,
    /// Whether any week is known: without one nobody can say which days are working days.
    pub knows_weeks: bool,
}

impl DaysOff {
    /// Makes the calendar: a later import knows better than an earlier one.
    #[must_use]
    pub fn new(closures: Vec<Closure>, mut imports: Vec<Holidays>, mut weeks: Vec<Week>) -> Self {
        imports.sort_unstable_by_key(|import| import.version);
        let mut holidays: BTreeSet<Date> = BTreeSet::new();
        for Holidays { covers, days, .. } in imports {
            holidays.retain(|day| covers.is_none_or(|(first, last)| *day < first || last < *day));
            holidays.extend(days);
        }
        let closed = closures.iter().map(|closure| Off {
            kind: OffKind::Closure,
            place: &closure.province,
            first: closure.first,
            last: closure.last,
        });
        let holidays =
            holidays.iter().map(|day| Off { kind: OffKind::Holiday, place: "", first: *day, last: *day });
        let off: Vec<Off<'_>> = closed.chain(holidays).collect();
        weeks.sort_unstable_by_key(|week| (week.version, week.off));
        let known = weeks.iter().map(|w| WeekOff { place: &w.province, first: w.first, off: w.off });
        let calendar = Calendar::new(&off, &known.collect::<Vec<_>>());
        DaysOff { calendar, knows_weeks: !weeks.is_empty(), closures }
    }

    /// What citizens are told of a province's day that is a closure or a holiday; none: it is neither.
    #[must_use]
    pub fn why_off(&self, province: &str, day: Date) -> Option<&str> {
        let days = self.calendar.days(province);
        if days.is_closed(day) {
            let here = |c: &&Closure| c.province.is_empty() || c.province == province;
            let mut closed = self.closures.iter().filter(here).filter(|c| c.first <= day && day <= c.last);
            return Some(closed.next().map_or("", |closure| closure.reason_fa.as_str()));
        }
        days.is_holiday(day).then_some(HOLIDAY_FA)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_later_import_puts_an_earlier_one_right_in_whatever_order_they_are_heard() {
        let year = Some((date(2025, 3, 21), date(2026, 3, 20)));
        let seen = Holidays { version: 1, covers: year, days: vec![date(2025, 3, 31)] };
        let moved = Holidays { version: 2, covers: year, days: vec![date(2025, 4, 1)] };
        let weeks_only = Holidays { version: 3, covers: None, days: Vec::new() };
        for imports in [[&seen, &moved, &weeks_only], [&weeks_only, &moved, &seen]] {
            let known = DaysOff::new(Vec::new(), imports.map(Clone::clone).to_vec(), Vec::new());
            let is_off = |day| known.calendar.days("fars").is_off(day);
            assert!(!is_off(date(2025, 3, 31)) && is_off(date(2025, 4, 1)));
            assert!(!known.knows_weeks);
        }
    }
}
