//! Days off: holidays, closures and weekly ones, each with the versions of the calendar in which it counts (rule 7).

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use uuid::Uuid;

/// What kind of day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Of the official calendar: known in advance, except when it is put right.
    Holiday,
    /// Announced for some days, of one province or of the country, perhaps afterwards.
    Closure,
}

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

/// One province's days off, ready to be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Days {
    closed: Vec<Date>,
    holidays: Vec<Date>,
    weeks: Vec<(Date, [bool; 7])>,
}

impl Days {
    /// Closed days after `after`, up to `until`.
    #[must_use]
    pub fn closed_between(&self, after: Date, until: Date) -> usize {
        let from = self.closed.partition_point(|day| *day <= after);
        self.closed.partition_point(|day| *day <= until).saturating_sub(from)
    }

    /// Whether offices are closed on that day by announcement.
    #[must_use]
    pub fn is_closed(&self, day: Date) -> bool {
        self.closed.binary_search(&day).is_ok()
    }

    /// Whether nobody works on that day: closure, holiday or weekly day off.
    #[must_use]
    pub fn is_off(&self, day: Date) -> bool {
        self.is_closed(day) || self.holidays.binary_search(&day).is_ok() || self.is_weekly(day)
    }

    fn is_weekly(&self, day: Date) -> bool {
        let begun = self.weeks.partition_point(|(first, _)| *first <= day);
        let week = begun.checked_sub(1).and_then(|last| self.weeks.get(last));
        week.is_some_and(|(_, off)| off[place(day.weekday())])
    }
}

/// A weekday's place from Monday on.
fn place(weekday: Weekday) -> usize {
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}

/// The days off of every province in one version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    nation: Days,
    provinces: BTreeMap<String, Days>,
}

impl Calendar {
    /// The calendar of `version`.
    #[must_use]
    pub fn of(days_off: &[DayOff], weeks: &[Week], version: u64) -> Self {
        let names = days_off.iter().map(|d| &d.province).chain(weeks.iter().map(|w| &w.province));
        let days = |province: &str| {
            let here = |of: &str| of.is_empty() || of == province;
            let of_kind = |kind| {
                let held = days_off.iter().filter(move |d| d.kind == kind && d.span.holds(version));
                let mut days: Vec<Date> = held.filter(|d| here(&d.province)).flat_map(all_days).collect();
                days.sort_unstable();
                days.dedup();
                days
            };
            let known =
                |of: &str| weeks.iter().filter(move |w| w.added <= version && w.province == of).collect();
            let own: Vec<&Week> = known(province);
            let weeks = if own.is_empty() { known("") } else { own };
            let mut weeks: Vec<_> = weeks.into_iter().map(|w| (w.first, w.added, w.off)).collect();
            weeks.sort_unstable();
            // Of two imports for the same day the newer one counts.
            let newest: BTreeMap<Date, [bool; 7]> =
                weeks.into_iter().map(|(first, _, off)| (first, off)).collect();
            Days {
                closed: of_kind(Kind::Closure),
                holidays: of_kind(Kind::Holiday),
                weeks: newest.into_iter().collect(),
            }
        };
        let mut provinces: BTreeMap<String, Days> = names.map(|name| (name.clone(), days(name))).collect();
        Calendar { nation: provinces.remove("").unwrap_or_else(|| days("")), provinces }
    }

    /// The days off of that province.
    #[must_use]
    pub fn days(&self, province: &str) -> &Days {
        self.provinces.get(province).unwrap_or(&self.nation)
    }
}

fn all_days(day_off: &DayOff) -> impl Iterator<Item = Date> + use<> {
    let last = day_off.last;
    std::iter::successors(Some(day_off.first), |day| day.tomorrow().ok()).take_while(move |day| *day <= last)
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
            let calendar = Calendar::of(&off, &[], version);
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
            |version, province: &str, day| Calendar::of(&[], &weeks, version).days(province).is_off(day);
        let (thursday, friday, saturday) = (date(2025, 9, 25), date(2025, 9, 26), date(2025, 9, 27));
        assert!(is_off(2, "fars", friday) && !is_off(2, "fars", thursday));
        assert!(is_off(2, "tehran", thursday) && !is_off(2, "tehran", date(2024, 12, 26)));
        assert!(is_off(3, "tehran", saturday) && !is_off(3, "tehran", thursday));
    }
}
