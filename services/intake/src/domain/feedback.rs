//! Whether an answer solved the matter (rule 8): what the citizen's word may lead to.

use contracts::intake::{CaseState, FeedbackOutcome, FeedbackVerdict};
use jiff::Timestamp;

use crate::domain::case_file::CaseFile;
use crate::domain::desk::{DeskPolicy, LastResort};

/// What is known of one answer of a case: the citizen's word, or that none came in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// 1 the first answer, one more after each reopening.
    pub answer: u32,
    /// Unspecified: nothing was said in time.
    pub verdict: FeedbackVerdict,
    /// The citizen's words.
    pub statement: String,
    /// What followed; unspecified with a lapse.
    pub outcome: FeedbackOutcome,
    /// When it was said, or lapsed.
    pub said_at: Timestamp,
}

/// What a citizen says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<'a> {
    /// Which answer it is about; 0: the latest.
    pub answer: u32,
    /// Solved or not.
    pub verdict: FeedbackVerdict,
    /// In which words.
    pub statement: &'a str,
}

/// A word that was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Said before in the same words: what followed then.
    Before(Feedback),
    /// New.
    New(Feedback),
}

/// Takes the citizen's word on an answer of the case at `now`; `kept` is what is known of its answers.
///
/// # Errors
/// Why it cannot be taken, and what to do instead.
pub fn take(
    case: &CaseFile,
    kept: &[Feedback],
    said: Said<'_>,
    policy: &DeskPolicy,
    now: Timestamp,
) -> Result<Heard, &'static str> {
    let answered = case.state == CaseState::Answered;
    let latest = case.reopenings + u32::from(answered);
    // Without a number, a word on a case that is open again can only repeat the one that reopened it.
    let answer = if said.answer == 0 { latest.max(1) } else { said.answer };
    if let Some(before) = kept.iter().find(|before| before.answer == answer) {
        return match before.verdict {
            FeedbackVerdict::Unspecified => {
                Err("the time for saying so is over: register the matter anew, or add to its new case")
            }
            verdict if verdict == said.verdict && before.statement == said.statement => {
                Ok(Heard::Before(before.clone()))
            }
            _ => Err("something else was said of this answer before"),
        };
    }
    if !answered || answer != latest {
        return Err("the case has no such answer yet");
    }
    // The sweep that states a lapse may come a little later than the time is over.
    if case.feedback_until.is_some_and(|until| until <= now) {
        return Err("the time for saying so is over: register the matter anew, or add to its new case");
    }
    Ok(Heard::New(Feedback {
        answer,
        verdict: said.verdict,
        statement: said.statement.to_owned(),
        outcome: outcome(said.verdict, case.reopenings, policy),
        said_at: now,
    }))
}

/// What follows: *not solved* goes back to the agencies as often as the policy allows, once more to its last resort,
/// and then stands as the citizen's last word.
fn outcome(verdict: FeedbackVerdict, reopenings: u32, policy: &DeskPolicy) -> FeedbackOutcome {
    match (verdict, policy.last_resort) {
        (FeedbackVerdict::NotSolved, _) if reopenings < policy.reopen_max => FeedbackOutcome::Reopened,
        (FeedbackVerdict::NotSolved, resort) if reopenings == policy.reopen_max => match resort {
            LastResort::Arbiter => FeedbackOutcome::Arbiter,
            LastResort::Complaint => FeedbackOutcome::Complaint,
        },
        _ => FeedbackOutcome::Kept,
    }
}

#[cfg(test)]
mod tests;
