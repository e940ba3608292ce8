//! A clock's account: whose each hour was, from the beginning to the end (rule 7).

use jiff::{SignedDuration, Timestamp};

use super::adjustment::{Adjustment, pauses, reviews};
use super::clock::{Clock, Ending, Issue};
use super::rules::Rules;

/// To whom time is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// The agency that held the referral.
    Agency,
    /// The citizen, whose documents were waited for.
    Citizen,
    /// The contact centre, which referred it to the wrong agency or had its answer reviewed.
    Centre,
    /// Whoever runs the system.
    System,
}

/// What for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Its own time.
    Held,
    /// The citizen's documents were asked.
    DocumentsAsked,
    /// The referral was not the agency's.
    WrongReferral,
    /// What was sent did not arrive.
    BrokenDelivery,
    /// A reviewer had its answer.
    Review,
}

/// One line of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// To whom.
    pub to: Party,
    /// What for.
    pub reason: Reason,
    /// How long.
    pub lasted: SignedDuration,
}

/// The account until the clock's end, or until `now` while it runs: its lines add up to that time, each hour is
/// charged once. Of a referral that was returned, the policy's days for returning are the centre's; what the agency
/// kept it beyond them is its own.
#[must_use]
pub fn account(clock: &Clock, rules: &Rules, now: Timestamp) -> Vec<Charge> {
    let Some(issue) = &clock.issue else { return Vec::new() };
    let until = clock.end.map_or(now, |end| end.at).max(issue.starts_at);
    let mut charges = Vec::new();
    let (mut reached, mut others) = (issue.starts_at, SignedDuration::ZERO);
    for (from, to, party, reason) in spans(issue, &clock.adjustments, rules) {
        let (from, to) = (from.max(reached), to.min(until));
        if from < to {
            let lasted = to.duration_since(from);
            others += lasted;
            reached = to;
            charge(&mut charges, party, reason, lasted);
        }
    }
    let mut held = until.duration_since(issue.starts_at) - others;
    if clock.end.is_some_and(|end| end.how == Ending::Returned) {
        let days = issue.policy.as_ref().map_or(0, |policy| policy.return_within_days);
        let wrong = held.min(SignedDuration::from_hours(24 * i64::from(days)));
        held -= wrong;
        charge(&mut charges, Party::Centre, Reason::WrongReferral, wrong);
    }
    charge(&mut charges, Party::Agency, Reason::Held, held);
    charges
}

/// Adds to the line that is there, or a new one.
fn charge(charges: &mut Vec<Charge>, to: Party, reason: Reason, lasted: SignedDuration) {
    if lasted.is_zero() {
        return;
    }
    match charges.iter_mut().find(|charge| charge.to == to && charge.reason == reason) {
        Some(known) => known.lasted += lasted,
        None => charges.push(Charge { to, reason, lasted }),
    }
}

/// Pauses, outages and reviews, by their beginning.
fn spans(
    issue: &Issue,
    adjustments: &[Adjustment],
    rules: &Rules,
) -> Vec<(Timestamp, Timestamp, Party, Reason)> {
    let paused = issue.policy.as_ref().map(|policy| pauses(adjustments, policy)).unwrap_or_default();
    let paused = paused.into_iter().map(|(from, to)| (from, to, Party::Citizen, Reason::DocumentsAsked));
    let outages = rules.outages(&issue.agency).map(|o| (o.from, o.until, o.to, Reason::BrokenDelivery));
    let reviewed = reviews(adjustments).into_iter();
    let reviewed =
        reviewed.map(|(from, to)| (from, to.unwrap_or(Timestamp::MAX), Party::Centre, Reason::Review));
    let mut spans: Vec<_> = paused.chain(outages).chain(reviewed).collect();
    spans.sort_by_key(|(from, to, ..)| (*from, *to));
    spans
}

#[cfg(test)]
#[path = "account_tests.rs"]
mod tests;
