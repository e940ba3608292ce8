//! Counting days of which some do not count.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::{DaysOff, Tehran};

/// No end is looked for further ahead than this many days: a calendar may close every day of a century.
const HORIZON_DAYS: i64 = 40_000;

/// Which days count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Every day of the calendar.
    Every,
    /// Those on which offices are not closed by announcement.
    NotClosed,
    /// Those on which people work.
    Working,
}

impl Counted {
    /// Working days, or calendar days with or without those of closures.
    #[must_use]
    pub fn of(working_days: bool, ignores_closures: bool) -> Self {
        match (working_days, ignores_closures) {
            (true, _) => Counted::Working,
            (false, true) => Counted::Every,
            (false, false) => Counted::NotClosed,
        }
    }
}

/// Counts days.
#[derive(Debug, Clone, Copy)]
pub struct Count<'a> {
    /// Which of them count.
    pub counted: Counted,
    /// Which are days off.
    pub days: &'a DaysOff,
    /// Where they begin and end.
    pub tehran: &'a Tehran,
}

impl Count<'_> {
    fn date(&self, at: Timestamp) -> Date {
        self.tehran.zoned(at).date()
    }

    /// The same time of day after `length` days that count. The day itself counts as none.
    #[must_use]
    pub fn after(&self, at: Timestamp, length: u32) -> Timestamp {
        let length = i64::from(length).min(HORIZON_DAYS);
        let first = self.date(at);
        let needed = match self.counted {
            Counted::Every => length,
            Counted::NotClosed => self.past_closures(first, length),
            Counted::Working => self.past_days_off(first, length),
        };
        self.tehran.add_days(at, needed)
    }

    /// The same after `length` days that count, for what began at `at`. Begun on a day that does not count, it begins with the
    /// next one that does: what begins later never ends earlier.
    #[must_use]
    pub fn begun(&self, at: Timestamp, length: u32) -> Timestamp {
        let lost = |day: &Date| match self.counted {
            Counted::Every => false,
            Counted::NotClosed => self.days.is_closed(*day),
            Counted::Working => self.days.is_off(*day),
        };
        let first = self.date(at);
        let days = std::iter::once(first).chain(following(first));
        let counts = (0..HORIZON_DAYS).zip(days).find(|(_, day)| !lost(day));
        match counts {
            Some((1.., day)) => self.after(self.tehran.first_moment(crate::Date::of(day)), length),
            _ => self.after(at, length),
        }
    }

    /// `span` later, and one day more for each day on the way that does not count.
    #[must_use]
    pub fn later(&self, at: Timestamp, span: SignedDuration) -> Timestamp {
        let Ok(later) = at.checked_add(span) else { return Timestamp::MAX };
        let (first, last) = (self.date(at), self.date(later));
        let lost = match self.counted {
            Counted::Every => 0,
            Counted::NotClosed => self.days.closed_between(first, last),
            Counted::Working => {
                following(first).take_while(|day| *day <= last).filter(|d| self.days.is_off(*d)).count()
            }
        };
        self.after(later, u32::try_from(lost).unwrap_or(u32::MAX))
    }

    /// Calendar days until `length` of them were not closed.
    fn past_closures(&self, first: Date, length: i64) -> i64 {
        let mut needed = length;
        loop {
            let closed = self.days.closed_between(first, first.saturating_add(needed.days()));
            let more = length + i64::try_from(closed).unwrap_or(HORIZON_DAYS);
            if more <= needed || needed > HORIZON_DAYS {
                return needed;
            }
            needed = more;
        }
    }

    /// Calendar days until `length` of them were working days.
    fn past_days_off(&self, first: Date, length: i64) -> i64 {
        let mut working = 0;
        for (day, needed) in following(first).zip(1..=HORIZON_DAYS) {
            if working == length {
                return needed - 1;
            }
            working += i64::from(!self.days.is_off(day));
        }
        HORIZON_DAYS
    }

    /// The same time of day on the first working day from this one on.
    #[must_use]
    pub fn on_working_day(&self, at: Timestamp) -> Timestamp {
        let first = self.date(at);
        let days = std::iter::once(first).chain(following(first));
        let off = (0..HORIZON_DAYS).zip(days).take_while(|(_, day)| self.days.is_off(*day)).count();
        self.tehran.add_days(at, i64::try_from(off).unwrap_or(HORIZON_DAYS))
    }
}

/// The days after that one.
fn following(day: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(day.tomorrow().ok(), |day| day.tomorrow().ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Calendar, Off, OffKind, WeekOff};

    fn start() -> Timestamp {
        "2025-09-25T10:00:00+03:30".parse().unwrap()
    }

    proptest! {
        #[test]
        fn the_end_is_the_first_moment_before_which_so_many_days_counted(
            closed in prop::collection::vec(1_i64..60, 0..9),
            length in 1_u32..20,
            working: bool,
        ) {
            let tehran = Tehran::new().unwrap();
            let day = |later: i64| tehran.zoned(start()).date().saturating_add(later.days());
            let off = closed.iter().map(|d| Off { kind: OffKind::Closure, place: "", first: day(*d), last: day(*d) });
            let friday = [false, false, false, false, true, false, false];
            let week = WeekOff { place: "", first: jiff::civil::date(2000, 1, 1), off: friday };
            let calendar = Calendar::new(&off.collect::<Vec<_>>(), &[week]);
            let days = calendar.days("fars");
            let count = Count { counted: Counted::of(working, false), days, tehran: &tehran };
            let end = count.after(start(), length);
            let counts = |day: Date| if working { !days.is_off(day) } else { !days.is_closed(day) };
            let last = tehran.zoned(end).date();
            let had = following(day(0)).take_while(|day| *day <= last).filter(|day| counts(*day)).count();
            prop_assert_eq!(had, length as usize);
            prop_assert!(counts(last), "it ends on a day that counts");
        }
    }
}
