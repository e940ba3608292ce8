//! What comes of calling a citizen back about an answer.

use contracts::ReferralId;
use contracts::intake::{CaseState, FeedbackVerdict};

use crate::domain::case_file::CaseFile;

/// What came of a call-back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the citizen was reached.
    pub reached: bool,
    /// What the citizen says of the answer; unspecified when not reached.
    pub verdict: FeedbackVerdict,
    /// In which words.
    pub statement: String,
}

/// Checks what an operator writes down: whoever was reached said something, and nobody else did.
///
/// # Errors
/// The field that does not fit, and why.
pub fn read(
    reached: bool,
    verdict: FeedbackVerdict,
    statement: &str,
) -> Result<Outcome, (&'static str, &'static str)> {
    match (reached, verdict) {
        (true, FeedbackVerdict::Unspecified) => {
            Err(("callback.verdict", "must be given of a citizen who was reached: solved or not solved"))
        }
        (false, FeedbackVerdict::Solved | FeedbackVerdict::NotSolved) => {
            Err(("callback.verdict", "belongs to a citizen who was reached"))
        }
        (false, _) if !statement.is_empty() => {
            Err(("callback.statement", "belongs to a citizen who was reached"))
        }
        _ => Ok(Outcome { reached, verdict, statement: statement.to_owned() }),
    }
}

/// Of which answer of the case a word on this referral's answer speaks: of the latest, when the referral is part of it.
/// An answer that a reopening has overtaken, or one of several agencies while others still work, is none of the case's.
#[must_use]
pub fn speaks_of(case: &CaseFile, referral: ReferralId) -> Option<u32> {
    let is_part = case.state == CaseState::Answered && case.answered().any(|id| id == referral);
    is_part.then(|| case.reopenings + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn only_of_who_was_reached_there_is_a_word(reached: bool, verdict in 0_i32..3, words in "[a-z]{0,3}") {
            let verdict = FeedbackVerdict::try_from(verdict).unwrap();
            let spoke = verdict != FeedbackVerdict::Unspecified;
            let fits = reached == spoke && (reached || words.is_empty());
            prop_assert_eq!(read(reached, verdict, &words).is_ok(), fits);
        }
    }
}
