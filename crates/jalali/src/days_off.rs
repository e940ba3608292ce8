//! Days on which nobody works: holidays, closures and weekly ones, of a place or of everywhere.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};

/// What kind of day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OffKind {
    /// Of the official calendar: known in advance, except when it is put right.
    Holiday,
    /// Announced for some days, of one place or of all, perhaps afterwards.
    Closure,
}

/// Days off in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Off<'a> {
    /// Holiday or closure.
    pub kind: OffKind,
    /// Where; empty: everywhere.
    pub place: &'a str,
    /// The first day.
    pub first: Date,
    /// The last day, included.
    pub last: Date,
}

/// The weekly days off of a place from a day on, until a later one begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekOff<'a> {
    /// Where; empty: every place without a week of its own.
    pub place: &'a str,
    /// From this day on.
    pub first: Date,
    /// From Monday on.
    pub off: [bool; 7],
}

/// One place's days off, ready to be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DaysOff {
    closed: Vec<Date>,
    holidays: Vec<Date>,
    weeks: Vec<(Date, [bool; 7])>,
}

impl DaysOff {
    fn of(place: &str, off: &[Off<'_>], weeks: &[WeekOff<'_>]) -> Self {
        let of_kind = |kind| {
            let here = off.iter().filter(|off| off.place.is_empty() || off.place == place);
            let mut days: Vec<Date> = here.filter(|off| off.kind == kind).flat_map(all_days).collect();
            days.sort_unstable();
            days.dedup();
            days
        };
        let known = |of: &str| weeks.iter().filter(|week| week.place == of).collect::<Vec<_>>();
        let own = known(place);
        let weeks = if own.is_empty() { known("") } else { own };
        // Of two for the same day the later one counts.
        let weeks: BTreeMap<Date, [bool; 7]> = weeks.into_iter().map(|week| (week.first, week.off)).collect();
        DaysOff {
            closed: of_kind(OffKind::Closure),
            holidays: of_kind(OffKind::Holiday),
            weeks: weeks.into_iter().collect(),
        }
    }

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
        self.is_closed(day) || self.is_holiday(day) || self.is_weekly(day)
    }

    /// Whether that day is a holiday of the official calendar.
    #[must_use]
    pub fn is_holiday(&self, day: Date) -> bool {
        self.holidays.binary_search(&day).is_ok()
    }

    fn is_weekly(&self, day: Date) -> bool {
        let begun = self.weeks.partition_point(|(first, _)| *first <= day);
        let week = begun.checked_sub(1).and_then(|last| self.weeks.get(last));
        week.is_some_and(|(_, off)| off[from_monday(day.weekday())])
    }
}

/// A weekday's place from Monday on.
fn from_monday(weekday: Weekday) -> usize {
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}

fn all_days(off: &Off<'_>) -> impl Iterator<Item = Date> + use<> {
    let last = off.last;
    std::iter::successors(Some(off.first), |day| day.tomorrow().ok()).take_while(move |day| *day <= last)
}

/// The days off of every place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    elsewhere: DaysOff,
    places: BTreeMap<String, DaysOff>,
}

impl Calendar {
    /// The calendar of these days off and weeks; of two weeks of one place that begin on the same day the later one counts.
    #[must_use]
    pub fn new(off: &[Off<'_>], weeks: &[WeekOff<'_>]) -> Self {
        let names = off.iter().map(|off| off.place).chain(weeks.iter().map(|week| week.place));
        let names: BTreeSet<&str> = names.collect();
        let places = names.into_iter().map(|name| (name.to_owned(), DaysOff::of(name, off, weeks)));
        Calendar { elsewhere: DaysOff::of("", off, weeks), places: places.collect() }
    }

    /// The days off of that place.
    #[must_use]
    pub fn days(&self, place: &str) -> &DaysOff {
        self.places.get(place).unwrap_or(&self.elsewhere)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_place_has_its_own_closures_and_those_of_everywhere() {
        let closure = |place, first, last| Off { kind: OffKind::Closure, place, first, last };
        let off = [
            closure("fars", date(2025, 9, 27), date(2025, 9, 28)),
            closure("", date(2025, 9, 28), date(2025, 9, 28)),
        ];
        let calendar = Calendar::new(&off, &[]);
        let closed = |place: &str| calendar.days(place).closed_between(date(2025, 9, 1), date(2025, 9, 30));
        assert_eq!(["fars", "tehran"].map(closed), [2, 1]);
    }

    #[test]
    fn the_latest_week_that_has_begun_says_which_weekdays_are_off() {
        let week = |place, first, days: &[usize]| {
            let off = std::array::from_fn(|day| days.contains(&day));
            WeekOff { place, first, off }
        };
        let weeks = [
            week("", date(2000, 1, 1), &[4]),
            week("tehran", date(2000, 1, 1), &[4]),
            week("tehran", date(2025, 1, 1), &[3, 4]),
            week("tehran", date(2025, 1, 1), &[4, 5]),
        ];
        let is_off = |known, place: &str, day| Calendar::new(&[], &weeks[..known]).days(place).is_off(day);
        let (thursday, friday, saturday) = (date(2025, 9, 25), date(2025, 9, 26), date(2025, 9, 27));
        assert!(is_off(3, "fars", friday) && !is_off(3, "fars", thursday));
        assert!(is_off(3, "tehran", thursday) && !is_off(3, "tehran", date(2024, 12, 26)));
        assert!(is_off(4, "tehran", saturday) && !is_off(4, "tehran", thursday));
    }
}
