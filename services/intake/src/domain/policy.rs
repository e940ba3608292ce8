//! What a citizen is promised at registration: the policies as deadline states them.

use jalali::{Count, Counted, Tehran};
use jiff::Timestamp;

use crate::domain::calendar::DaysOff;

/// One version of a deadline policy (rule 7: policies are data).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub policy: String,
    /// Its version, from 1.
    pub version: u32,
    /// The programme it governs; empty: every case without a policy of its own programme.
    pub programme: String,
    /// Days; 0: it sets no date by itself.
    pub length_days: u32,
    /// Whether a case's own target replaces the length.
    pub honours_target: bool,
    /// The length counts working days of the province instead of calendar days.
    pub working_days: bool,
    /// Calendar days: a closure adds no day.
    pub ignores_closures: bool,
    /// A date on a day off goes to the next working day.
    pub ends_on_working_day: bool,
    /// From when on it holds.
    pub valid_from: Timestamp,
    /// From when on it governs nothing that begins; none: no end.
    pub valid_until: Option<Timestamp>,
}

/// A case of which a date is to be promised.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Province code.
    pub province: &'a str,
    /// The programme that it comes under; empty: none.
    pub programme: &'a str,
    /// Its own target, where it brings one.
    pub target_at: Option<Timestamp>,
    /// When it is registered.
    pub at: Timestamp,
}

/// What a citizen is promised: the date that deadline will set for a referral issued at the same moment, by the policies and
/// the days off heard of. `None` where no policy promises a date, or where one counts working days of which nothing was heard:
/// then the date is known once deadline has set it. Days are counted in Tehran, to the same time of day; a closure announced
/// later moves the date, with a reason.
#[must_use]
pub fn promise(
    policies: &[Policy],
    days_off: &DaysOff,
    asked: &Asked<'_>,
    tehran: &Tehran,
) -> Option<Timestamp> {
    let Asked { province, programme, target_at, at } = *asked;
    let policy = governing(policies, programme, at).or_else(|| governing(policies, "", at))?;
    let count = Count {
        counted: Counted::of(policy.working_days, policy.ignores_closures),
        days: days_off.calendar.days(province),
        tehran,
    };
    let on_working_day = policy.working_days || policy.ends_on_working_day;
    if on_working_day && !days_off.knows_weeks {
        return None;
    }
    let promised = match target_at.filter(|_| policy.honours_target) {
        Some(target_at) => target_at,
        None if policy.length_days == 0 => return None,
        None => count.begun(at, policy.length_days),
    };
    Some(if on_working_day { count.on_working_day(promised) } else { promised })
}

/// Of several versions valid at `at` the newest, which may correct an earlier one's validity.
fn governing<'a>(policies: &'a [Policy], programme: &str, at: Timestamp) -> Option<&'a Policy> {
    let ended = |p: &&Policy| p.valid_until.is_some_and(|until| until <= at);
    let valid = policies.iter().filter(|p| p.programme == programme && p.valid_from <= at && !ended(p));
    valid.max_by_key(|p| (p.version, p.valid_from, &p.policy))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(day: i64) -> Timestamp {
        Timestamp::from_second(1_760_000_000 + day * 86_400).unwrap()
    }

    fn promised(
        policies: &[Policy],
        programme: &str,
        target_at: Option<Timestamp>,
        at: Timestamp,
    ) -> Option<Timestamp> {
        let asked = Asked { province: "fars", programme, target_at, at };
        promise(policies, &DaysOff::default(), &asked, &Tehran::new().unwrap())
    }

    fn policy(programme: &str, version: u32, length_days: u32, honours_target: bool, from: i64) -> Policy {
        Policy {
            policy: format!("p-{programme}"),
            version,
            programme: programme.into(),
            length_days,
            honours_target,
            working_days: false,
            ignores_closures: false,
            ends_on_working_day: false,
            valid_from: day(from),
            valid_until: None,
        }
    }

    #[test]
    fn the_latest_valid_version_of_the_programme_decides() {
        let policies = [
            policy("", 1, 15, false, 0),
            policy("", 2, 10, false, 5),
            policy("trip", 1, 30, true, 0),
            policy("open", 1, 0, true, 0),
        ];
        assert_eq!(promised(&policies, "", None, day(1)), Some(day(16)));
        assert_eq!(promised(&policies, "", None, day(5)), Some(day(15)));
        assert_eq!(promised(&policies, "unknown", Some(day(3)), day(1)), Some(day(16)));
        assert_eq!(promised(&policies, "trip", Some(day(3)), day(1)), Some(day(3)));
        assert_eq!(promised(&policies, "trip", None, day(1)), Some(day(31)));
        assert_eq!(promised(&policies, "open", None, day(1)), None);
        assert_eq!(promised(&policies, "", None, day(-1)), None);
        assert_eq!(promised(&[], "", Some(day(3)), day(1)), None);
    }

    #[test]
    fn a_policy_that_has_ended_promises_nothing() {
        let general = policy("", 1, 15, false, 0);
        let trip = Policy { valid_until: Some(day(4)), ..policy("trip", 1, 30, false, 0) };
        let working = Policy { working_days: true, ..policy("working", 1, 10, false, 0) };
        let policies = [general, trip, working];
        assert_eq!(promised(&policies, "working", None, day(1)), None, "nobody knows the working days");
        assert_eq!(promised(&policies, "trip", None, day(3)), Some(day(33)));
        assert_eq!(promised(&policies, "trip", None, day(4)), Some(day(19)), "the general one governs again");
    }

    proptest! {
        #[test]
        fn the_order_in_which_policies_are_heard_leaves_no_trace(order in Just((0..4_usize).collect::<Vec<_>>()).prop_shuffle(), at in 0_i64..20) {
            let all = [policy("", 1, 15, false, 0), policy("", 2, 10, false, 5), policy("", 3, 7, false, 9), policy("trip", 1, 30, true, 0)];
            let shuffled: Vec<Policy> = order.iter().map(|i| all[*i].clone()).collect();
            prop_assert_eq!(promised(&shuffled, "", None, day(at)), promised(&all, "", None, day(at)));
        }
    }
}
