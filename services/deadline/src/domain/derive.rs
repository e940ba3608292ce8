//! How a due moment is computed: days of the policy, extensions, closures, time charged to others (rule 7).

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::account::Party;
use super::adjustment::{Adjustment, granted_days, pauses};
use super::calendar::Days;
use super::clock::Issue;
use super::policy::Policy;
use super::rules::Rules;

/// No deadline is looked for further ahead than this many days: a calendar may close every day of a century.
const HORIZON_DAYS: i64 = 40_000;

/// Which days count for a policy in a province.
pub struct Count<'a> {
    days: &'a Days,
    rules: &'a Rules,
    how: How,
}

/// See [`Count`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Every,
    NotClosed,
    Working,
}

impl<'a> Count<'a> {
    /// The days that count for what `policy` governs in `province`.
    #[must_use]
    pub fn new(policy: &Policy, province: &str, rules: &'a Rules) -> Self {
        let how = match (policy.working_days, policy.ignores_closures) {
            (true, _) => How::Working,
            (false, true) => How::Every,
            (false, false) => How::NotClosed,
        };
        Count { days: rules.calendar().days(province), rules, how }
    }

    fn date(&self, at: Timestamp) -> Date {
        self.rules.tehran.zoned(at).date()
    }

    /// The same time of day after `length` days that count. The day itself counts as none.
    #[must_use]
    pub fn after(&self, at: Timestamp, length: u32) -> Timestamp {
        let length = i64::from(length).min(HORIZON_DAYS);
        let first = self.date(at);
        let needed = match self.how {
            How::Every => length,
            How::NotClosed => self.past_closures(first, length),
            How::Working => self.past_days_off(first, length),
        };
        self.rules.tehran.add_days(at, needed)
    }

    /// The same after `length` days that count, for what began at `at`. Begun on a day that does not count, it begins with the
    /// next one that does: who gets a case later never has less time.
    fn begun(&self, at: Timestamp, length: u32) -> Timestamp {
        let lost = |day: &Date| match self.how {
            How::Every => false,
            How::NotClosed => self.days.is_closed(*day),
            How::Working => self.days.is_off(*day),
        };
        let first = self.date(at);
        let days = std::iter::once(first).chain(following(first));
        let counts = (0..HORIZON_DAYS).zip(days).find(|(_, day)| !lost(day));
        match counts {
            Some((1.., day)) => self.after(self.rules.tehran.first_moment(jalali::Date::of(day)), length),
            _ => self.after(at, length),
        }
    }

    /// `span` later, and one day more for each day on the way that does not count.
    fn later(&self, at: Timestamp, span: SignedDuration) -> Timestamp {
        let Ok(later) = at.checked_add(span) else { return Timestamp::MAX };
        let (first, last) = (self.date(at), self.date(later));
        let lost = match self.how {
            How::Every => 0,
            How::NotClosed => self.days.closed_between(first, last),
            How::Working => {
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
    fn on_working_day(&self, at: Timestamp) -> Timestamp {
        let first = self.date(at);
        let days = std::iter::once(first).chain(following(first));
        let off = (0..HORIZON_DAYS).zip(days).take_while(|(_, day)| self.days.is_off(*day)).count();
        self.rules.tehran.add_days(at, i64::try_from(off).unwrap_or(HORIZON_DAYS))
    }
}

/// The days after that one.
fn following(day: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(day.tomorrow().ok(), |day| day.tomorrow().ok())
}

/// The due moment; none where no policy governs or the policy sets no end.
#[must_use]
pub fn due(issue: &Issue, adjustments: &[Adjustment], rules: &Rules) -> Option<Timestamp> {
    let policy = issue.policy.as_deref()?;
    let mut count = Count::new(policy, &issue.province, rules);
    let mut due = base(issue, policy, adjustments, &mut count)?;
    for (from, until) in lost(issue, policy, adjustments, rules) {
        if from >= due {
            break;
        }
        due = count.later(due, until.duration_since(from));
    }
    Some(if policy.working_days || policy.ends_on_working_day { count.on_working_day(due) } else { due })
}

/// The end of the policy's days and of the extensions. A programme's own target is a date, not a number of days: only
/// what is granted or charged moves it.
fn base(
    issue: &Issue,
    policy: &Policy,
    adjustments: &[Adjustment],
    count: &mut Count<'_>,
) -> Option<Timestamp> {
    let more = granted_days(adjustments);
    if let Some(target) = issue.target_at.filter(|_| policy.honours_target) {
        count.how = How::Every;
        return Some(count.after(target, more));
    }
    (policy.length_days > 0).then(|| count.begun(issue.starts_at, policy.length_days.saturating_add(more)))
}

/// The spans that are not the agency's, in order and apart: pauses for documents, and broken delivery that is
/// charged to others.
fn lost(
    issue: &Issue,
    policy: &Policy,
    adjustments: &[Adjustment],
    rules: &Rules,
) -> Vec<(Timestamp, Timestamp)> {
    let outages = rules.outages(&issue.agency).filter(|o| o.to != Party::Agency).map(|o| (o.from, o.until));
    let mut spans: Vec<_> = pauses(adjustments, policy).into_iter().chain(outages).collect();
    spans.sort_unstable();
    let mut apart: Vec<(Timestamp, Timestamp)> = Vec::new();
    for (from, until) in spans {
        let from = apart.last().map_or(issue.starts_at, |(_, until)| *until).max(from);
        if from < until {
            apart.push((from, until));
        }
    }
    apart
}

#[cfg(test)]
#[path = "derive_tests.rs"]
mod tests;
