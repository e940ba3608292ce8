//! An answer that waits for a reviewer: it counts as of when it was given, or goes back to the agency.

use contracts::{ActionId, CaseId, ReferralId};
use jiff::Timestamp;

use super::gate::Hold;

/// A held answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What it answers.
    pub referral_id: ReferralId,
    /// The action that answered; with the referral what makes it itself.
    pub action_id: ActionId,
    /// The case it belongs to.
    pub case_id: CaseId,
    /// Who answered.
    pub agency: String,
    /// Whose reviewers read it.
    pub province: String,
    /// Why it waits.
    pub holds: Vec<Hold>,
    /// When it was given, as we recorded it: the clock ends there if it passes.
    pub held_at: Timestamp,
}

/// The agency's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Number of an outcome (`domain::action`).
    pub outcome: i32,
    /// For the citizen to read.
    pub text: String,
    /// The law that forbids it.
    pub legal_reason: String,
    /// When the agency acted, by its own record.
    pub acted_at: Option<Timestamp>,
}

/// What the reviewer decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Review {
    /// Whether it counts.
    pub passed: bool,
    /// When.
    pub reviewed_at: Timestamp,
}

/// What a decision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The first.
    First,
    /// The same was decided before.
    Before(Review),
    /// It was decided otherwise.
    Otherwise,
}

/// What the decision `passes` is, after an earlier one, if there is one: the first stands.
#[must_use]
pub fn standing(earlier: Option<Review>, passes: bool) -> Standing {
    match earlier {
        None => Standing::First,
        Some(review) if review.passed == passes => Standing::Before(review),
        Some(_) => Standing::Otherwise,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whoever decides whatever in whatever order: the first review stands, said again it answers as the first time, and
        /// none other is taken.
        #[test]
        fn the_first_review_stands(decisions in prop::collection::vec(any::<bool>(), 1..12)) {
            let (mut kept, mut taken): (Option<Review>, u32) = (None, 0);
            for (second, passed) in (0..).zip(&decisions) {
                let reviewed_at = Timestamp::from_second(second).unwrap();
                match standing(kept, *passed) {
                    Standing::First => {
                        kept = Some(Review { passed: *passed, reviewed_at });
                        taken += 1;
                    }
                    Standing::Before(review) => {
                        prop_assert_eq!(Some(review), kept);
                        prop_assert_eq!(*passed, decisions[0]);
                    }
                    Standing::Otherwise => prop_assert_ne!(*passed, decisions[0]),
                }
            }
            let first = Review { passed: decisions[0], reviewed_at: Timestamp::UNIX_EPOCH };
            prop_assert_eq!((kept, taken), (Some(first), 1));
        }
    }
}
