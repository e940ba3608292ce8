use std::collections::BTreeMap;

use contracts::CaseId;
use jiff::SignedDuration;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::case_file::Closing;

fn at(day: i64) -> Timestamp {
    Timestamp::from_second(1_760_000_000).unwrap() + SignedDuration::from_hours(24 * day)
}

fn answered(reopenings: u32, until: Option<i64>) -> CaseFile {
    CaseFile {
        id: CaseId(Uuid::from_u128(1)),
        province: "fars".into(),
        county: String::new(),
        topic: "water".into(),
        registered_at: at(0),
        confidential: false,
        about_manager: String::new(),
        state: CaseState::Answered,
        closing: Some(Closing {
            at: at(1), answer: "انجام شد".into(), withdrawal_reason: String::new()
        }),
        reopenings,
        settled_round: reopenings,
        lead: None,
        feedback_until: until.map(at),
        referrals: BTreeMap::new(),
    }
}

fn policy(reopen_max: u32, last_resort: LastResort) -> DeskPolicy {
    DeskPolicy { reopen_max, last_resort, ..DeskPolicy::unwritten() }
}

fn said(verdict: FeedbackVerdict, answer: u32) -> Said<'static> {
    Said { answer, verdict, statement: "هنوز قطع است" }
}

/// Says *not solved* of every answer until nothing reopens the case; what followed each time.
fn insist(policy: &DeskPolicy) -> Vec<FeedbackOutcome> {
    let (mut case, mut kept, mut outcomes) = (answered(0, None), Vec::new(), Vec::new());
    loop {
        let heard = take(&case, &kept, said(FeedbackVerdict::NotSolved, 0), policy, at(2)).unwrap();
        let Heard::New(feedback) = heard else { panic!("said for the first time") };
        outcomes.push(feedback.outcome);
        let reopens = matches!(feedback.outcome, FeedbackOutcome::Reopened | FeedbackOutcome::Arbiter);
        kept.push(feedback);
        if !reopens {
            return outcomes;
        }
        case = answered(case.reopenings + 1, None);
    }
}

#[test]
fn not_solved_reopens_once_then_takes_the_last_resort() {
    use FeedbackOutcome::{Arbiter, Complaint, Kept, Reopened};
    assert_eq!(insist(&policy(1, LastResort::Arbiter)), [Reopened, Arbiter, Kept]);
    assert_eq!(insist(&policy(1, LastResort::Complaint)), [Reopened, Complaint]);
    assert_eq!(insist(&policy(0, LastResort::Complaint)), [Complaint]);
}

#[test]
fn a_word_is_taken_once_in_its_time() {
    let policy = policy(1, LastResort::Arbiter);
    let case = answered(0, Some(11));
    let word = said(FeedbackVerdict::NotSolved, 0);
    let Ok(Heard::New(first)) = take(&case, &[], word, &policy, at(10)) else { panic!("in time") };
    assert!(take(&case, &[], word, &policy, at(11)).is_err(), "too late");
    // The answer to the first request was lost: the case is open again meanwhile, or answered anew.
    let kept = [first.clone()];
    let mut open = answered(1, None);
    (open.state, open.closing) = (CaseState::Reopened, None);
    for (case, answer) in [(&open, 0), (&open, 1), (&answered(1, None), 1)] {
        let again = take(case, &kept, said(FeedbackVerdict::NotSolved, answer), &policy, at(99));
        assert_eq!(again, Ok(Heard::Before(first.clone())));
    }
    assert!(take(&open, &kept, said(FeedbackVerdict::Solved, 1), &policy, at(12)).is_err(), "said otherwise");
    assert!(take(&open, &kept, said(FeedbackVerdict::Solved, 2), &policy, at(12)).is_err(), "no answer yet");
    let lapse = Feedback { verdict: FeedbackVerdict::Unspecified, ..first };
    assert!(take(&case, &[lapse], word, &policy, at(10)).is_err());
}

proptest! {
    #[test]
    fn every_case_ends_however_often_the_citizen_insists(reopen_max in 0_u32..6, complaint: bool) {
        let resort = if complaint { LastResort::Complaint } else { LastResort::Arbiter };
        let outcomes = insist(&policy(reopen_max, resort));
        let reopened = outcomes.iter().filter(|o| **o == FeedbackOutcome::Reopened).count();
        prop_assert_eq!(reopened, reopen_max as usize);
        prop_assert_eq!(outcomes.len(), reopen_max as usize + if complaint { 1 } else { 2 });
    }

    #[test]
    fn solved_never_opens_a_case(reopenings in 0_u32..9, reopen_max in 0_u32..6, day in 0_i64..20, until in prop::option::of(0_i64..20)) {
        let policy = policy(reopen_max, LastResort::Arbiter);
        let word = said(FeedbackVerdict::Solved, 0);
        match take(&answered(reopenings, until), &[], word, &policy, at(day)) {
            Ok(Heard::New(feedback)) => {
                prop_assert_eq!(feedback.outcome, FeedbackOutcome::Kept);
                prop_assert!(until.is_none_or(|until| day < until));
            }
            other => prop_assert!(other.is_err() && until.is_some_and(|until| until <= day)),
        }
    }
}
