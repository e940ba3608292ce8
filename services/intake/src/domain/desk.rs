//! How the desk works: leases, rejoined calls, inaction. Policies are data, the newest valid and nearest decides.

mod read;

use contracts::ReferralId;
use jiff::{SignedDuration, Timestamp};

use crate::domain::referral::ReferralState;
use crate::domain::versions::{self, Version};

pub use read::read;

/// One version of a desk policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskPolicy {
    /// Its name.
    pub policy: String,
    /// Counts its changes, from 1.
    pub version: u32,
    /// Province code; empty: all.
    pub province: String,
    /// From when on it holds, until the next version begins.
    pub valid_from: Timestamp,
    /// Guidance without an entry of the guidance base is refused (rule 3).
    pub citation_required: bool,
    /// How long an item stays in an operator's hand.
    pub lease_minutes: u32,
    /// Minutes after a cut call within which its number's next call joins it (rule 2).
    pub rejoin_minutes: u32,
    /// Days without any action after which inaction may be complained of before the deadline; 0: never.
    pub idle_days: u32,
    /// Days after an answer in which the citizen is asked whether it solved the matter; 0: without an end (rule 8).
    pub feedback_days: u32,
    /// How often *not solved* sends a case back to the agencies that answered.
    pub reopen_max: u32,
    /// What *not solved* becomes after that.
    pub last_resort: LastResort,
    /// What a contact meets that speaks of an open case.
    pub same_matter: SameMatter,
    /// How alike two texts must be to be of the same matter, in percent.
    pub alike_percent: u32,
}

/// What a contact meets that speaks of an open case. The numbers are those of `samad.intake.v1.SameMatterRule`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameMatter {
    /// Nothing is looked for.
    Off = 1,
    /// The operator is told, and decides.
    Inform = 2,
    /// A new case of the same person's likely same matter needs a reason.
    Reason = 3,
}

/// What *not solved* becomes when a case was reopened as often as allowed. The numbers are those of
/// `samad.intake.v1.LastResort`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastResort {
    /// An arbiter of the province decides.
    Arbiter = 1,
    /// An inaction complaint about each agency that answered.
    Complaint = 2,
}

impl DeskPolicy {
    /// Where no policy was imported: what rule 3 asks without refusing anybody, and moderate times.
    #[must_use]
    pub fn unwritten() -> Self {
        DeskPolicy {
            policy: String::new(),
            version: 0,
            province: String::new(),
            valid_from: Timestamp::UNIX_EPOCH,
            citation_required: false,
            lease_minutes: 30,
            rejoin_minutes: 15,
            idle_days: 0,
            feedback_days: 0,
            reopen_max: 1,
            last_resort: LastResort::Arbiter,
            same_matter: SameMatter::Inform,
            alike_percent: 50,
        }
    }

    /// Until when the citizen is asked about an answer of `at`; none: without an end.
    #[must_use]
    pub fn feedback_until(&self, at: Timestamp) -> Option<Timestamp> {
        let days = SignedDuration::from_hours(24 * i64::from(self.feedback_days));
        at.checked_add(days).ok().filter(|_| self.feedback_days > 0)
    }

    /// The lease as a span.
    #[must_use]
    pub fn lease(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.lease_minutes))
    }

    /// The time within which a repeat joins a cut call.
    #[must_use]
    pub fn rejoin(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.rejoin_minutes))
    }
}

impl Version for DeskPolicy {
    fn name(&self) -> &str {
        &self.policy
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn province(&self) -> &str {
        &self.province
    }

    fn valid_from(&self) -> Timestamp {
        self.valid_from
    }
}

/// The policy that holds for a province at a moment, of all versions ([`versions::governing`]).
#[must_use]
pub fn governing(policies: &[DeskPolicy], province: &str, at: Timestamp) -> DeskPolicy {
    versions::governing(policies, province, at).cloned().unwrap_or_else(DeskPolicy::unwritten)
}

/// A referral that somebody complains of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complained {
    /// Its id.
    pub referral_id: ReferralId,
    /// The agency that holds it.
    pub agency: String,
    /// How far it is.
    pub state: ReferralState,
    /// When it was issued, as far as heard.
    pub since: Option<Timestamp>,
    /// When it is due, as deadline says.
    pub due_at: Option<Timestamp>,
}

/// Whether a citizen may complain of inaction (rules 3 and 5): the deadline passed without an answer, or the agency
/// did nothing at all for the policy's days.
///
/// # Errors
/// Why not, and what to do instead.
pub fn may_complain(referral: &Complained, now: Timestamp, idle_days: u32) -> Result<(), &'static str> {
    if referral.state == ReferralState::Answered {
        return Err(
            "the agency has answered: if that solved nothing, the citizen may say so, which reopens the case",
        );
    }
    if referral.state == ReferralState::Returned {
        return Err("the agency returned the referral: name the one that holds the case now");
    }
    if referral.due_at.is_some_and(|due_at| due_at < now) {
        return Ok(());
    }
    let idle = SignedDuration::from_hours(24 * i64::from(idle_days));
    let untouched = referral.state == ReferralState::Issued && idle_days > 0;
    if untouched && referral.since.is_some_and(|since| now.duration_since(since) >= idle) {
        return Ok(());
    }
    Err("the agency's time is not over: add what is new to the case, or wait for its deadline")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(day: i64) -> Timestamp {
        Timestamp::from_second(1_760_000_000 + day * 86_400).unwrap()
    }

    fn policy(province: &str, version: u32, from: i64) -> DeskPolicy {
        let (policy, province, valid_from) = (province.into(), province.into(), day(from));
        DeskPolicy { policy, province, version, valid_from, ..DeskPolicy::unwritten() }
    }

    fn state() -> impl Strategy<Value = ReferralState> {
        use ReferralState::{Accepted, Answered, Issued, Returned};
        prop::sample::select(vec![Issued, Accepted, Returned, Answered])
    }

    proptest! {
        #[test]
        fn whoever_may_complain_may_also_later(state in state(), since in 0_i64..9, due in prop::option::of(0_i64..20), now in 0_i64..30, idle in 0_u32..12) {
            let id = ReferralId(uuid::Uuid::nil());
            let referral = Complained { referral_id: id, agency: "a".into(), state, since: Some(day(since)), due_at: due.map(day) };
            let allowed = may_complain(&referral, day(now), idle).is_ok();
            let open = matches!(state, ReferralState::Issued | ReferralState::Accepted);
            let overdue = due.is_some_and(|due| due < now);
            let idle_long = idle > 0 && state == ReferralState::Issued && now - since >= i64::from(idle);
            prop_assert_eq!(allowed, open && (overdue || idle_long));
            prop_assert!(!allowed || may_complain(&referral, day(now + 1), idle).is_ok());
        }

        #[test]
        fn a_version_for_a_later_day_changes_nothing_before_it(froms in prop::collection::vec(-5_i64..20, 1..5), next in 0_i64..30, at in -6_i64..25) {
            let mut all: Vec<DeskPolicy> = (1..).zip(&froms).map(|(version, from)| policy("", version, *from)).collect();
            let before = governing(&all, "fars", day(at));
            all.push(policy("", 99, next));
            let expected = if next <= at { 99 } else { before.version };
            prop_assert_eq!(governing(&all, "fars", day(at)).version, expected, "the next one holds from its own day on, and no earlier");
        }

        #[test]
        fn the_order_of_policies_leaves_no_trace(order in Just(vec![0_usize, 1, 2, 3]).prop_shuffle(), at in -1_i64..20) {
            let all = [policy("", 1, 0), policy("", 2, 9), policy("fars", 1, 5), policy("yazd", 1, 0)];
            let shuffled: Vec<DeskPolicy> = order.iter().map(|place| all[*place].clone()).collect();
            prop_assert_eq!(governing(&shuffled, "fars", day(at)), governing(&all, "fars", day(at)));
        }
    }

    #[test]
    fn a_province_decides_for_itself() {
        let all = [policy("", 2, 9), policy("fars", 1, 5)];
        assert_eq!(governing(&all, "fars", day(10)).province, "fars");
        assert_eq!(governing(&all, "yazd", day(10)).version, 2);
        assert_eq!(governing(&all, "yazd", day(1)), DeskPolicy::unwritten());
        let corrected = [policy("", 1, 9), policy("", 2, 0)];
        assert_eq!(governing(&corrected, "yazd", day(10)).version, 2, "the newest one that has begun");
    }
}
