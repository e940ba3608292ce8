//! A policy as someone proposes it: checked, then adopted as the next version.

use std::sync::Arc;

use jiff::Timestamp;

use super::policy::Policy;

/// The longest deadline and the earliest reminder that a policy may set, days: ten years.
pub const MAX_DAYS: u32 = 3_660;
/// Reminders of one policy, and steps of its escalation, at most.
pub const MAX_STEPS: usize = 16;
/// Letters of a policy's or a programme's name, at most: the name is a token of a subject.
const MAX_NAME: usize = 64;

/// A policy as proposed: neither checked nor numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What it says; its version and, where `from_now`, the beginning of its validity are filled in.
    pub policy: Policy,
    /// It holds from its adoption on.
    pub from_now: bool,
}

/// What is wrong with a proposal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {message}")]
pub struct PolicyFault {
    /// The field, as the contract calls it.
    pub field: &'static str,
    /// What it must be.
    pub message: String,
}

impl Proposal {
    /// Whether it can be adopted.
    ///
    /// # Errors
    /// Names the first field that cannot be used.
    pub fn check(&self) -> Result<(), PolicyFault> {
        let fault = |field, message: String| Err(PolicyFault { field, message });
        let Policy { name, programme, length_days, honours_target, .. } = &self.policy;
        if name.is_empty() || !is_name(name) {
            return fault("policy", format!("must be 1 to {MAX_NAME} letters a-z, digits, - or _"));
        }
        if !is_name(programme) {
            return fault("programme", format!("must be at most {MAX_NAME} letters a-z, digits, - or _"));
        }
        if *length_days == 0 && !honours_target {
            return fault("length_days", "must be above 0 unless the policy honours targets".to_owned());
        }
        let Policy { pause_max_days, return_within_days, .. } = self.policy;
        let days = [
            ("length_days", *length_days),
            ("pause_max_days", pause_max_days),
            ("return_within_days", return_within_days),
        ];
        if let Some((field, _)) = days.into_iter().find(|(_, days)| *days > MAX_DAYS) {
            return fault(field, format!("must be at most {MAX_DAYS}"));
        }
        let days = &self.policy.reminder_days_before;
        if days.len() > MAX_STEPS || days.iter().any(|d| !(1..=MAX_DAYS).contains(d)) {
            let message = format!("must be at most {MAX_STEPS} numbers from 1 to {MAX_DAYS}");
            return fault("reminder_days_before", message);
        }
        let steps = &self.policy.escalations;
        if steps.len() > MAX_STEPS || steps.iter().any(|step| step.offset_days.unsigned_abs() > MAX_DAYS) {
            let message = format!("must be at most {MAX_STEPS} steps within {MAX_DAYS} days");
            return fault("escalations", message);
        }
        if !self.from_now && self.policy.valid_until.is_some_and(|until| until <= self.policy.valid_from) {
            return fault("valid_until", "must be after valid_from".to_owned());
        }
        Ok(())
    }

    /// The next version, or none when the newest among `known` says the same already.
    #[must_use]
    pub fn adopt(&self, known: &[Arc<Policy>], now: Timestamp) -> Option<Policy> {
        let newest = known.iter().filter(|p| p.name == self.policy.name).max_by_key(|p| p.version);
        let mut next = self.policy.clone();
        next.reminder_days_before.sort_unstable_by(|a, b| b.cmp(a));
        next.reminder_days_before.dedup();
        next.escalations.sort_unstable();
        next.escalations.dedup();
        if let Some(newest) = newest {
            next.version = newest.version;
            if self.from_now {
                next.valid_from = newest.valid_from;
            }
            if next == **newest {
                return None;
            }
        }
        next.version = newest.map_or(0, |p| p.version) + 1;
        if self.from_now {
            next.valid_from = now;
        }
        Some(next)
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= MAX_NAME && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::policy::{Escalation, Level, governing};
    use super::*;

    fn proposal(length_days: u32) -> Proposal {
        let policy = Policy { reminder_days_before: vec![1, 5, 1], ..Policy::of_days(length_days) };
        Proposal { policy, from_now: true }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn an_unchanged_policy_is_skipped_and_a_changed_one_is_the_next_version() {
        let first = Arc::new(proposal(15).adopt(&[], at(10)).unwrap());
        assert_eq!((first.version, &first.reminder_days_before[..]), (1, &[5, 1][..]));
        assert_eq!(proposal(15).adopt(std::slice::from_ref(&first), at(20)), None);
        let second = Arc::new(proposal(10).adopt(std::slice::from_ref(&first), at(20)).unwrap());
        assert_eq!((second.version, second.valid_from), (2, at(20)));
        let known = [first, second];
        assert_eq!(governing(&known, "", at(19)).unwrap().version, 1);
        assert_eq!(governing(&known, "unheard_of", at(20)).unwrap().version, 2);
        assert_eq!(governing(&known, "", at(9)), None);
    }

    #[test]
    fn what_cannot_be_a_policy_is_named() {
        let field = |change: fn(&mut Policy)| {
            let mut proposal = proposal(15);
            change(&mut proposal.policy);
            proposal.check().unwrap_err().field
        };
        assert_eq!(field(|p| p.length_days = 0), "length_days");
        assert_eq!(field(|p| p.length_days = MAX_DAYS + 1), "length_days");
        assert_eq!(field(|p| p.pause_max_days = MAX_DAYS + 1), "pause_max_days");
        assert_eq!(field(|p| p.name = "a.b".into()), "policy");
        assert_eq!(field(|p| p.programme = "*".into()), "programme");
        assert_eq!(field(|p| p.reminder_days_before = vec![0]), "reminder_days_before");
        assert_eq!(
            field(|p| p.escalations = vec![Escalation { offset_days: i32::MIN, to: Level::National }]),
            "escalations"
        );
        assert_eq!(proposal(15).check(), Ok(()));
        let mut ended = proposal(15);
        (ended.from_now, ended.policy.valid_until) = (false, Some(Timestamp::UNIX_EPOCH));
        assert_eq!(ended.check().unwrap_err().field, "valid_until");
    }

    fn steps() -> impl Strategy<Value = Vec<Escalation>> {
        let level = prop_oneof![Just(Level::AgencyHead), Just(Level::Province), Just(Level::National)];
        prop::collection::vec((-9..9_i32, level), 0..5).prop_map(|steps| {
            steps.into_iter().map(|(offset_days, to)| Escalation { offset_days, to }).collect()
        })
    }

    proptest! {
        /// Whatever is proposed how often: versions go up one by one, the same in another order or again adds nothing, and
        /// whatever is adopted says its reminders and steps in order, each once.
        #[test]
        fn versions_go_up_and_what_is_said_again_adds_nothing(
            proposed in prop::collection::vec((1..4_u32, prop::collection::vec(1..6_u32, 0..5), steps(), any::<bool>()), 1..10),
        ) {
            let mut known: Vec<Arc<Policy>> = Vec::new();
            for (second, (length, reminders, steps, from_now)) in (1..).zip(proposed) {
                let policy = Policy { reminder_days_before: reminders, escalations: steps, ..Policy::of_days(length) };
                let mut proposal = Proposal { policy, from_now };
                prop_assert_eq!(proposal.check(), Ok(()));
                if let Some(adopted) = proposal.adopt(&known, at(second)) {
                    prop_assert_eq!(adopted.version as usize, known.len() + 1);
                    prop_assert!(adopted.reminder_days_before.is_sorted_by(|a, b| a > b));
                    prop_assert!(adopted.escalations.is_sorted_by(|a, b| a < b));
                    known.push(Arc::new(adopted));
                }
                proposal.policy.reminder_days_before.reverse();
                proposal.policy.escalations.reverse();
                prop_assert_eq!(proposal.adopt(&known, at(second + 100)), None);
            }
        }

        /// What is far from a policy is refused in words, and never panics.
        #[test]
        fn what_is_checked_is_refused_or_lies_within_the_limits(
            name in "[a-z.*]{0,3}", days in any::<u32>(), pause in any::<u32>(), offset in any::<i32>(), reminder in any::<u32>(),
        ) {
            let policy = Policy {
                name,
                length_days: days,
                pause_max_days: pause,
                reminder_days_before: vec![reminder],
                escalations: vec![Escalation { offset_days: offset, to: Level::National }],
                ..Policy::of_days(15)
            };
            match (Proposal { policy, from_now: true }).check() {
                Ok(()) => prop_assert!((1..=MAX_DAYS).contains(&days) && (1..=MAX_DAYS).contains(&reminder)),
                Err(fault) => prop_assert!(!fault.message.is_empty()),
            }
        }
    }
}
