//! When a centre answers (rule 1): usual hours, closures and round-the-clock trips, all of them data.

mod read;
mod timetable;

use jalali::Tehran;
use jiff::Timestamp;
use jiff::civil::{Date, Time};

pub(crate) use read::minute;
pub use read::read;
pub use timetable::{Answering, Day, Timetable};

/// Minutes of a day: the closing that is written 24:00.
pub const MIDNIGHT: u16 = 24 * 60;

/// What a rule says of the days it covers. Later ones decide before earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The usual hours.
    Usual = 1,
    /// The centre does not answer.
    Closure = 2,
    /// A visit: other hours, up to the whole day.
    Trip = 3,
}

/// One rule of hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub rule: String,
    /// Counts its changes, from 1.
    pub version: u32,
    /// What it says.
    pub kind: Kind,
    /// Province code; empty: all.
    pub province: String,
    /// Centre code; empty: all.
    pub centre: String,
    /// Weekdays from Monday, true where the rule covers them.
    pub weekdays: [bool; 7],
    /// Minutes after midnight in Tehran, 0 to 1,440; equal with a closure.
    pub opens: u16,
    /// See `opens`.
    pub closes: u16,
    /// First day.
    pub from: Date,
    /// Last day; none: on and on.
    pub until: Option<Date>,
    /// From this day on its next version holds instead; none: there is no next one, as of those that are imported.
    pub ends_before: Option<Date>,
    /// What the citizen is told.
    pub reason_fa: String,
}

/// A centre of a province.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Centre<'a> {
    /// Province code.
    pub province: &'a str,
    /// Centre code.
    pub centre: &'a str,
}

impl Rule {
    fn covers(&self, centre: Centre<'_>, day: Date) -> bool {
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
        (self.province.is_empty() || self.province == centre.province)
            && (self.centre.is_empty() || self.centre == centre.centre)
            && self.from <= day
            && self.until.is_none_or(|until| day <= until)
            && self.ends_before.is_none_or(|next| day < next)
            && self.weekdays.get(weekday).copied().unwrap_or_default()
    }

    /// What decides between two rules for the same day: kind, place, then the later beginning, then the name.
    fn rank(&self) -> (Kind, bool, bool, Date, &str) {
        (self.kind, !self.centre.is_empty(), !self.province.is_empty(), self.from, &self.rule)
    }

    /// Whether the rule speaks of its days as such: it holds on a day off too.
    fn names_its_days(&self) -> bool {
        self.kind != Kind::Usual || self.until == Some(self.from)
    }
}

/// The moment of a minute of a day, below 24:00.
pub(crate) fn moment(day: Date, minute: u16, tehran: &Tehran) -> Option<Timestamp> {
    let time = Time::new(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0).ok()?;
    let midnight = tehran.first_moment(jalali::Date::of(day));
    let zone = tehran.zoned(midnight).time_zone().clone();
    zone.to_timestamp(day.to_datetime(time)).ok()
}

#[cfg(test)]
mod tests;
