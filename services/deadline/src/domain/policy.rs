//! Policies: how long an agency has, as versioned data with a validity (rule 7).

use jiff::Timestamp;

/// The longest deadline and the earliest reminder that a policy may set, days: ten years.
pub const MAX_DAYS: u32 = 3_660;
/// Reminders of one policy, at most.
pub const MAX_REMINDERS: usize = 16;
/// Letters of a policy's or a programme's name, at most: the name is a token of a subject.
const MAX_NAME: usize = 64;

/// One version of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// 1 for the first, one more at each change.
    pub version: u32,
    /// The programme it governs; empty: every case without a policy of its own.
    pub programme: String,
    /// Calendar days; 0: no deadline but a case's own target.
    pub length_days: u32,
    /// A case's own target replaces the length.
    pub honours_target: bool,
    /// Days before the due moment at which a reminder falls due.
    pub reminder_days_before: Vec<u32>,
    /// It governs referrals issued from this moment on.
    pub valid_from: Timestamp,
}

/// A policy as proposed: neither checked nor numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// As in [`Policy`], as are the others.
    pub name: String,
    /// See [`Policy::programme`].
    pub programme: String,
    /// See [`Policy::length_days`].
    pub length_days: u32,
    /// See [`Policy::honours_target`].
    pub honours_target: bool,
    /// See [`Policy::reminder_days_before`].
    pub reminder_days_before: Vec<u32>,
    /// Absent: from its adoption on.
    pub valid_from: Option<Timestamp>,
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
        let is_name = |text: &str| {
            text.len() <= MAX_NAME && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        if self.name.is_empty() || !is_name(&self.name) {
            return fault("policy", format!("must be 1 to {MAX_NAME} letters a-z, digits or _"));
        }
        if !is_name(&self.programme) {
            return fault("programme", format!("must be at most {MAX_NAME} letters a-z, digits or _"));
        }
        if self.length_days > MAX_DAYS {
            return fault("length_days", format!("must be at most {MAX_DAYS}"));
        }
        if self.length_days == 0 && !self.honours_target {
            return fault("length_days", "must be above 0 unless the policy honours targets".to_owned());
        }
        let days = &self.reminder_days_before;
        if days.len() > MAX_REMINDERS || days.iter().any(|d| !(1..=MAX_DAYS).contains(d)) {
            let message = format!("must be at most {MAX_REMINDERS} numbers from 1 to {MAX_DAYS}");
            return fault("reminder_days_before", message);
        }
        Ok(())
    }

    /// The next version, or none when the newest among `known` says the same already.
    #[must_use]
    pub fn adopt(&self, known: &[Policy], now: Timestamp) -> Option<Policy> {
        let newest = known.iter().filter(|p| p.name == self.name).max_by_key(|p| p.version);
        let mut reminder_days_before = self.reminder_days_before.clone();
        reminder_days_before.sort_unstable_by(|a, b| b.cmp(a));
        reminder_days_before.dedup();
        let same = newest.is_some_and(|p| {
            p.programme == self.programme
                && p.length_days == self.length_days
                && p.honours_target == self.honours_target
                && p.reminder_days_before == reminder_days_before
                && self.valid_from.is_none_or(|from| from == p.valid_from)
        });
        (!same).then(|| Policy {
            name: self.name.clone(),
            version: newest.map_or(0, |p| p.version) + 1,
            programme: self.programme.clone(),
            length_days: self.length_days,
            honours_target: self.honours_target,
            reminder_days_before,
            valid_from: self.valid_from.unwrap_or(now),
        })
    }
}

/// The policy that governs a referral issued at `at` under `programme`: the programme's own, else the general one.
/// Of several versions valid then the newest, which may correct an earlier one's validity.
#[must_use]
pub fn governing<'a>(known: &'a [Policy], programme: &str, at: Timestamp) -> Option<&'a Policy> {
    let of = |programme: &str| {
        let valid = known.iter().filter(|p| p.programme == programme && p.valid_from <= at);
        valid.max_by_key(|p| (p.version, p.valid_from))
    };
    of(programme).or_else(|| of(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(length_days: u32) -> Proposal {
        Proposal {
            name: "general".into(),
            programme: String::new(),
            length_days,
            honours_target: false,
            reminder_days_before: vec![1, 5, 1],
            valid_from: None,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn an_unchanged_policy_is_skipped_and_a_changed_one_is_the_next_version() {
        let first = proposal(15).adopt(&[], at(10)).unwrap();
        assert_eq!((first.version, &first.reminder_days_before[..]), (1, &[5, 1][..]));
        assert_eq!(proposal(15).adopt(std::slice::from_ref(&first), at(20)), None);
        let second = proposal(10).adopt(std::slice::from_ref(&first), at(20)).unwrap();
        assert_eq!((second.version, second.valid_from), (2, at(20)));
        let known = [first, second];
        assert_eq!(governing(&known, "", at(19)).unwrap().version, 1);
        assert_eq!(governing(&known, "unheard_of", at(20)).unwrap().version, 2);
        assert_eq!(governing(&known, "", at(9)), None);
    }

    #[test]
    fn what_cannot_be_a_policy_is_named() {
        let field = |p: Proposal| p.check().unwrap_err().field;
        assert_eq!(field(proposal(0)), "length_days");
        assert_eq!(field(proposal(MAX_DAYS + 1)), "length_days");
        assert_eq!(field(Proposal { name: "a.b".into(), ..proposal(1) }), "policy");
        assert_eq!(field(Proposal { programme: "*".into(), ..proposal(1) }), "programme");
        assert_eq!(field(Proposal { reminder_days_before: vec![0], ..proposal(1) }), "reminder_days_before");
        assert_eq!(proposal(15).check(), Ok(()));
    }
}
