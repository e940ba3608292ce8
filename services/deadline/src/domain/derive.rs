//! How a due moment is computed: days of the policy, extensions, closures, time charged to others (rule 7).

use jalali::{Count, Counted};
use jiff::Timestamp;

use super::account::Party;
use super::adjustment::{Adjustment, granted_days, pauses, reviews};
use super::clock::Issue;
use super::policy::Policy;
use super::rules::Rules;

/// The days that count for what `policy` governs in `province`.
fn count<'a>(policy: &Policy, province: &str, rules: &'a Rules) -> Count<'a> {
    Count {
        counted: Counted::of(policy.working_days, policy.ignores_closures),
        days: rules.calendar().days(province),
        tehran: &rules.tehran,
    }
}

/// The due moment; none where no policy governs or the policy sets no end.
#[must_use]
pub fn due(issue: &Issue, adjustments: &[Adjustment], rules: &Rules) -> Option<Timestamp> {
    let policy = issue.policy.as_deref()?;
    let mut count = count(policy, &issue.province, rules);
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
        count.counted = Counted::Every;
        return Some(count.after(target, more));
    }
    (policy.length_days > 0).then(|| count.begun(issue.starts_at, policy.length_days.saturating_add(more)))
}

/// The spans that are not the agency's, in order and apart: pauses for documents, reviews of answers that were given
/// back, and broken delivery that is charged to others.
fn lost(
    issue: &Issue,
    policy: &Policy,
    adjustments: &[Adjustment],
    rules: &Rules,
) -> Vec<(Timestamp, Timestamp)> {
    let outages = rules.outages(&issue.agency).filter(|o| o.to != Party::Agency).map(|o| (o.from, o.until));
    let reviewed = reviews(adjustments).into_iter().filter_map(|(from, until)| Some((from, until?)));
    let mut spans: Vec<_> = pauses(adjustments, policy).into_iter().chain(reviewed).chain(outages).collect();
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
