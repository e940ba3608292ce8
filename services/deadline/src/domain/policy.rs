//! Policies: how long an agency has, as versioned data with a validity (rule 7).

use std::sync::Arc;

use jiff::Timestamp;

/// Who hears that a clock is running out, or has (rule 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The head of the agency that must act.
    AgencyHead,
    /// The management of the province.
    Province,
    /// The national monitor.
    National,
}

/// One step of a policy's escalation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Escalation {
    /// Days after the due moment; negative: before it.
    pub offset_days: i32,
    /// Who hears.
    pub to: Level,
}

/// One version of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// 1 for the first, one more at each change.
    pub version: u32,
    /// The programme it governs; empty: every case without a policy of its own.
    pub programme: String,
    /// Days; 0: no deadline but a case's own target.
    pub length_days: u32,
    /// The length counts working days of the province instead of calendar days.
    pub working_days: bool,
    /// Calendar days: a closure within the agency's time adds no day.
    pub ignores_closures: bool,
    /// A due moment on a day off goes to the next working day.
    pub ends_on_working_day: bool,
    /// A case's own target replaces the length.
    pub honours_target: bool,
    /// Days before the due moment at which a reminder falls due.
    pub reminder_days_before: Vec<u32>,
    /// Who hears of it when, in order.
    pub escalations: Vec<Escalation>,
    /// Days that the clock stands still, at most, while the citizen's documents are waited for.
    pub pause_max_days: u32,
    /// Days in which what is not the agency's own must be returned.
    pub return_within_days: u32,
    /// It governs what begins from this moment on.
    pub valid_from: Timestamp,
    /// It governs nothing that begins from this moment on; none: no end.
    pub valid_until: Option<Timestamp>,
}

/// The policy that governs a referral issued at `at` under `programme`: the programme's own, else the general one.
/// Of several versions valid then the newest, which may correct an earlier one's validity.
#[must_use]
pub fn governing<'a>(known: &'a [Arc<Policy>], programme: &str, at: Timestamp) -> Option<&'a Arc<Policy>> {
    let valid = |p: &Policy| p.valid_from <= at && p.valid_until.is_none_or(|until| at < until);
    let of = |programme: &str| {
        let valid = known.iter().filter(|p| p.programme == programme && valid(p));
        valid.max_by_key(|p| (p.version, p.valid_from))
    };
    of(programme).or_else(|| of(""))
}

#[cfg(test)]
impl Policy {
    /// A policy of so many calendar days, with a reminder 5 days and a day before.
    pub(super) fn of_days(length_days: u32) -> Self {
        Policy {
            name: "general".into(),
            version: 1,
            programme: String::new(),
            length_days,
            working_days: false,
            ignores_closures: false,
            ends_on_working_day: false,
            honours_target: false,
            reminder_days_before: vec![5, 1],
            escalations: Vec::new(),
            pause_max_days: 0,
            return_within_days: 0,
            valid_from: Timestamp::UNIX_EPOCH,
            valid_until: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programme_that_is_over_leaves_its_cases_to_the_general_policy() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let trip = Policy {
            name: "trip".into(),
            programme: "trip".into(),
            valid_from: at(10),
            valid_until: Some(at(20)),
            ..Policy::of_days(30)
        };
        let known = [Arc::new(Policy::of_days(15)), Arc::new(trip)];
        let days = |second| governing(&known, "trip", at(second)).map(|p| p.length_days);
        assert_eq!([9, 10, 19, 20].map(days), [15, 30, 30, 15].map(Some));
    }
}
