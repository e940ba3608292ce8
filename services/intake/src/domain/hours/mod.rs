//! When a centre answers (rule 1): usual hours, closures and round-the-clock trips, all of them data.

mod read;

use jalali::Tehran;
use jiff::civil::{Date, Time};
use jiff::{Span, Timestamp};

pub(crate) use read::minute;
pub use read::read;

/// Days that are looked ahead for the next change.
const HORIZON_DAYS: i32 = 60;
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
    /// What the citizen is told.
    pub reason_fa: String,
}

/// Whether a centre answers at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answering {
    /// It does.
    pub open: bool,
    /// When that changes; none where no change is known within 60 days.
    pub until: Option<Timestamp>,
    /// The rule that decides the day; none: no rule covers it, and the centre is closed.
    pub kind: Option<Kind>,
    /// That rule's words for the citizen.
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
            && self.weekdays.get(weekday).copied().unwrap_or_default()
    }

    /// What decides between two rules for the same day: kind, place, then the later beginning, then the name.
    fn rank(&self) -> (Kind, bool, bool, Date, &str) {
        (self.kind, !self.centre.is_empty(), !self.province.is_empty(), self.from, &self.rule)
    }

    fn is_open_at(&self, minute: u16) -> bool {
        self.kind != Kind::Closure && self.opens <= minute && minute < self.closes
    }
}

/// The rule that decides a centre's day; none: no rule covers it.
#[must_use]
pub fn deciding<'a>(rules: &'a [Rule], centre: Centre<'_>, day: Date) -> Option<&'a Rule> {
    rules.iter().filter(|rule| rule.covers(centre, day)).max_by_key(|rule| rule.rank())
}

/// Whether a centre answers at `at`, and until when that is so.
#[must_use]
pub fn answering(rules: &[Rule], centre: Centre<'_>, at: Timestamp, tehran: &Tehran) -> Answering {
    let local = tehran.zoned(at).datetime();
    let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or_default();
    let rule = deciding(rules, centre, local.date());
    let open = rule.is_some_and(|rule| rule.is_open_at(minute));
    Answering {
        open,
        until: next_change(rules, centre, (local.date(), minute), open, tehran),
        kind: rule.map(|rule| rule.kind),
        reason_fa: rule.map(|rule| rule.reason_fa.clone()).unwrap_or_default(),
    }
}

/// The first moment after a minute of a day at which the centre is not as it is then.
fn next_change(
    rules: &[Rule],
    centre: Centre<'_>,
    (day, minute): (Date, u16),
    open: bool,
    tehran: &Tehran,
) -> Option<Timestamp> {
    for ahead in 0..=HORIZON_DAYS {
        let day = day.checked_add(Span::new().days(ahead)).ok()?;
        let rule = deciding(rules, centre, day);
        let from = if ahead == 0 { minute + 1 } else { 0 };
        let changes = |minute: &u16| {
            (from..MIDNIGHT).contains(minute) && rule.is_some_and(|rule| rule.is_open_at(*minute)) != open
        };
        let edges = rule.map_or([0; 3], |rule| [0, rule.opens, rule.closes]);
        if let Some(minute) = edges.into_iter().filter(changes).min() {
            return moment(day, minute, tehran);
        }
    }
    None
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
