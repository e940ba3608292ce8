//! What happened to one clock after it was set: extensions, the citizen's documents asked and come, and answers that a
//! reviewer held and gave back.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::policy::Policy;

/// Adjustments of one clock, at most: an agency that goes on asking gains nothing by it.
pub const MAX_ADJUSTMENTS: usize = 64;

/// One adjustment; its id makes it count once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Adjustment {
    /// When.
    pub at: Timestamp,
    /// The action or decision it comes from.
    pub id: Uuid,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The province granted so many days more.
    Granted(u32),
    /// The province refused an extension.
    Refused,
    /// The agency asked for the citizen's documents.
    DocumentsAsked,
    /// The citizen brought them.
    DocumentsCame,
    /// An answer of the agency waits for a reviewer.
    AnswerHeld,
    /// The reviewer gave it back.
    AnswerGivenBack,
}

/// Adds an adjustment in the order of time; whether it was new.
pub fn add(known: &mut Vec<Adjustment>, new: Adjustment) -> bool {
    // What is held is let go of, however full it is: no clock stands still for ever.
    let lets_go = new.what == What::AnswerGivenBack && known.iter().any(|a| is_held(a, new.id));
    let full = known.len() >= MAX_ADJUSTMENTS && !lets_go;
    if full || known.iter().any(|a| a.id == new.id && a.what == new.what) {
        return false;
    }
    let place = known.partition_point(|a| *a < new);
    known.insert(place, new);
    true
}

/// Days granted in all.
#[must_use]
pub fn granted_days(adjustments: &[Adjustment]) -> u32 {
    let days = adjustments.iter().map(|a| if let What::Granted(days) = a.what { days } else { 0 });
    days.fold(0, u32::saturating_add)
}

/// The spans in which the clock stood still for the citizen's documents, in order: together never more than the
/// policy's maximum. One that still lasts is taken to last as long as the policy lets it.
#[must_use]
pub fn pauses(adjustments: &[Adjustment], policy: &Policy) -> Vec<(Timestamp, Timestamp)> {
    let mut left = SignedDuration::from_hours(24 * i64::from(policy.pause_max_days));
    let (mut pauses, mut asked) = (Vec::new(), None);
    for adjustment in adjustments {
        match adjustment.what {
            What::DocumentsAsked => asked = asked.or(Some(adjustment.at)),
            What::DocumentsCame => {
                let Some(from) = asked.take() else { continue };
                let lasted = adjustment.at.duration_since(from).min(left);
                left -= lasted;
                pauses.push((from, from + lasted));
            }
            What::Granted(_) | What::Refused | What::AnswerHeld | What::AnswerGivenBack => {}
        }
    }
    pauses.extend(asked.map(|from| (from, from + left)));
    pauses.retain(|(from, until)| from < until);
    pauses
}

/// The spans in which a reviewer had an answer, by their beginning; without an end where one still has it.
#[must_use]
pub fn reviews(adjustments: &[Adjustment]) -> Vec<(Timestamp, Option<Timestamp>)> {
    let held = adjustments.iter().filter(|a| a.what == What::AnswerHeld);
    let back = |id| adjustments.iter().find(|a| a.id == id && a.what == What::AnswerGivenBack);
    held.map(|held| (held.at, back(held.id).map(|back| back.at))).collect()
}

/// Whether a reviewer has an answer now.
#[must_use]
pub fn is_under_review(adjustments: &[Adjustment]) -> bool {
    reviews(adjustments).iter().any(|(_, until)| until.is_none())
}

fn is_held(adjustment: &Adjustment, id: Uuid) -> bool {
    adjustment.id == id && adjustment.what == What::AnswerHeld
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn adjustment(day: i64, id: u128, what: What) -> Adjustment {
        let at = Timestamp::from_second(1_758_600_000 + day * 86_400).unwrap();
        Adjustment { at, id: Uuid::from_u128(id), what }
    }

    fn whats() -> impl Strategy<Value = What> {
        prop_oneof![
            Just(What::Refused),
            Just(What::DocumentsAsked),
            Just(What::DocumentsCame),
            Just(What::AnswerHeld),
            Just(What::AnswerGivenBack),
            (0..9_u32).prop_map(What::Granted)
        ]
    }

    proptest! {
        /// However much an agency tries, what was held is let go of.
        #[test]
        fn no_answer_is_held_for_ever(whats in prop::collection::vec(whats(), 0..90), id in 100..200_u128) {
            let mut known = Vec::new();
            for (n, what) in (0..).zip(whats) {
                add(&mut known, adjustment(0, n, what));
            }
            let held: Vec<Adjustment> = known.iter().filter(|a| a.what == What::AnswerHeld).copied().collect();
            add(&mut known, adjustment(1, id, What::AnswerHeld));
            for a in held.into_iter().chain([adjustment(1, id, What::AnswerHeld)]) {
                add(&mut known, Adjustment { what: What::AnswerGivenBack, ..a });
            }
            prop_assert!(!is_under_review(&known));
        }
    }

    proptest! {
        /// Whatever is asked how often, the clock stands still no longer than the policy allows; order and repeats
        /// leave no trace.
        #[test]
        fn pauses_are_bounded_and_do_not_depend_on_the_order(
            heard in prop::collection::vec((0..40_i64, 0..6_u128, whats()), 0..20),
            order in any::<u64>(),
            pause_max_days in 0..9_u32,
        ) {
            let policy = Policy { pause_max_days, ..Policy::of_days(15) };
            let all: Vec<_> = heard.iter().map(|(day, id, what)| adjustment(*day + i64::try_from(*id).unwrap(), *id, *what)).collect();
            let fold = |all: &[Adjustment]| {
                let mut known = Vec::new();
                for a in all.iter().chain(all) {
                    // One id speaks of one moment.
                    let first = all.iter().filter(|b| b.id == a.id && b.what == a.what).min();
                    add(&mut known, *first.unwrap_or(a));
                }
                known
            };
            let known = fold(&all);
            let mut shuffled = all.clone();
            shuffled.sort_by_key(|a| a.at.as_second().unsigned_abs().wrapping_mul(order | 1));
            prop_assert_eq!(&known, &fold(&shuffled));
            let pauses = pauses(&known, &policy);
            let total: SignedDuration = pauses.iter().map(|(from, until)| until.duration_since(*from)).sum();
            prop_assert!(total <= SignedDuration::from_hours(24 * i64::from(pause_max_days)));
            prop_assert!(pauses.windows(2).all(|two| two[0].1 <= two[1].0));
        }
    }
}
