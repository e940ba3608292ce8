//! Whether a centre answers, by the rules of hours and the days off of its province.

use std::sync::Arc;

use jalali::Tehran;
use jiff::civil::Date;
use jiff::{Span, Timestamp};

use super::{Centre, Kind, MIDNIGHT, Rule, moment};
use crate::domain::calendar::DaysOff;

/// Days that are looked ahead for the next change.
const HORIZON_DAYS: i32 = 60;

/// What says when centres answer. A holiday or a closure of the province closes its centres, except where a rule speaks of
/// that very day: a visit, or hours of that day alone. On which weekdays a centre works its usual hours say themselves.
#[derive(Debug, Clone, Default)]
pub struct Timetable {
    /// Rules of hours, in the versions that hold.
    pub rules: Vec<Rule>,
    /// Holidays and closures, as deadline states them.
    pub days_off: Arc<DaysOff>,
}

/// A centre's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day<'a> {
    /// What decides it.
    pub kind: Kind,
    /// What the citizen is told.
    pub reason_fa: &'a str,
    opens: u16,
    closes: u16,
}

/// Whether a centre answers at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answering {
    /// It does.
    pub open: bool,
    /// When that changes; none where no change is known within 60 days.
    pub until: Option<Timestamp>,
    /// What decides the day; none: no rule covers it, and the centre is closed.
    pub kind: Option<Kind>,
    /// The words for the citizen.
    pub reason_fa: String,
}

impl Day<'_> {
    fn is_open_at(&self, minute: u16) -> bool {
        self.kind != Kind::Closure && self.opens <= minute && minute < self.closes
    }
}

impl Timetable {
    /// What decides a centre's day; none: no rule covers it.
    #[must_use]
    pub fn of(&self, centre: Centre<'_>, day: Date) -> Option<Day<'_>> {
        let covering = self.rules.iter().filter(|rule| rule.covers(centre, day));
        let rule = covering.max_by_key(|rule| rule.rank())?;
        let off = if rule.names_its_days() { None } else { self.days_off.why_off(centre.province, day) };
        Some(match off {
            Some(reason_fa) => Day { kind: Kind::Closure, reason_fa, opens: 0, closes: 0 },
            None => {
                Day { kind: rule.kind, reason_fa: &rule.reason_fa, opens: rule.opens, closes: rule.closes }
            }
        })
    }

    /// Whether a centre answers at `at`, and until when that is so.
    #[must_use]
    pub fn answering(&self, centre: Centre<'_>, at: Timestamp, tehran: &Tehran) -> Answering {
        let local = tehran.zoned(at).datetime();
        let minute =
            u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or_default();
        let today = self.of(centre, local.date());
        let open = today.is_some_and(|today| today.is_open_at(minute));
        Answering {
            open,
            until: self.next_change(centre, (local.date(), minute), open, tehran),
            kind: today.map(|today| today.kind),
            reason_fa: today.map(|today| today.reason_fa.to_owned()).unwrap_or_default(),
        }
    }

    /// The first moment after a minute of a day at which the centre is not as it is then.
    fn next_change(
        &self,
        centre: Centre<'_>,
        (day, minute): (Date, u16),
        open: bool,
        tehran: &Tehran,
    ) -> Option<Timestamp> {
        for ahead in 0..=HORIZON_DAYS {
            let day = day.checked_add(Span::new().days(ahead)).ok()?;
            let hours = self.of(centre, day);
            let from = if ahead == 0 { minute + 1 } else { 0 };
            let changes = |minute: &u16| {
                (from..MIDNIGHT).contains(minute)
                    && hours.is_some_and(|hours| hours.is_open_at(*minute)) != open
            };
            let edges = hours.map_or([0; 3], |hours| [0, hours.opens, hours.closes]);
            if let Some(minute) = edges.into_iter().filter(changes).min() {
                return moment(day, minute, tehran);
            }
        }
        None
    }
}
