//! Any order and any number of repeats of actions leave one effect each.

use contracts::CaseId;
use proptest::prelude::*;

use super::super::policy::Policy;
use super::*;

fn policies() -> Policies {
    Policies::new(vec![Policy { extension_days_max: 2, extensions_max: 1, ..Policy::default() }])
}

fn take(journal: &mut Journal, submission: &Submission) -> Taken {
    journal.take(submission, &policies(), Timestamp::UNIX_EPOCH)
}

fn journal() -> Journal {
    let referral = |id: u128, agency: &str| Referral {
        referral_id: ReferralId(Uuid::from_u128(id)),
        case_id: CaseId(Uuid::from_u128(100 + id)),
        round: 1,
        agency: agency.into(),
        province: "fars".into(),
        programme: String::new(),
        state: State::Issued,
        is_ruled: false,
        extensions_asked: 0,
        extension_open: false,
        documents_open: false,
    };
    Journal::new([referral(1, "a"), referral(2, "b")], HashMap::new(), Gate::default())
}

/// Referral 3 does not exist; kind 7 does not either; an empty text lacks.
fn submissions() -> impl Strategy<Value = Vec<Submission>> {
    let one = (1..=3_u128, 1..=6_u128, "[ab]", 1..=7_i32, 0..=3_i32, "[x]{0,1}").prop_map(
        |(referral, action, agency, kind, outcome, text)| Submission {
            key: Key { referral: Uuid::from_u128(referral), action: Uuid::from_u128(action), agency },
            draft: Ok(Draft { kind, outcome, text, extension_days: 1, ..Draft::default() }),
        },
    );
    proptest::collection::vec(one, 0..60)
}

proptest! {
    #[test]
    fn an_action_has_one_effect_and_always_the_same_verdict(submissions in submissions()) {
        let mut journal = journal();
        let mut verdicts: HashMap<Key, Verdict> = HashMap::new();
        let mut ended: HashMap<ReferralId, u32> = HashMap::new();
        for submission in &submissions {
            let before = verdicts.get(&submission.key).cloned();
            match take(&mut journal, submission) {
                Taken::Before(verdict) => prop_assert_eq!(Some(verdict), before),
                Taken::Recorded(referral, action) => {
                    prop_assert_eq!(before, None);
                    prop_assert_eq!(&referral.agency, &submission.key.agency);
                    prop_assert!(!ended.contains_key(&referral.referral_id), "acted after the end");
                    if matches!(referral.state, State::Answered | State::Returned) {
                        *ended.entry(referral.referral_id).or_default() += 1;
                    }
                    prop_assert!(action.text == "x" || referral.state == State::Accepted);
                    verdicts.insert(submission.key.clone(), Ok(()));
                }
                Taken::Held(..) => prop_assert!(false, "no policy holds anything"),
                Taken::Refused(own, refusal) => {
                    prop_assert_eq!(before, None);
                    prop_assert!(own.is_none_or(|own| own.agency == submission.key.agency));
                    verdicts.insert(submission.key.clone(), Err(refusal));
                }
            }
        }
        prop_assert!(ended.values().all(|ends| *ends == 1));
    }

    #[test]
    fn batches_leave_no_trace(submissions in submissions(), cut in 0..60_usize) {
        let mut whole = journal();
        let all: Vec<Taken> = submissions.iter().map(|s| take(&mut whole, s)).collect();
        let mut parts = journal();
        let (first, second) = submissions.split_at(cut.min(submissions.len()));
        let mut taken: Vec<Taken> = first.iter().map(|s| take(&mut parts, s)).collect();
        // What a second batch loads is what the first saved.
        let mut later = Journal::new(parts.referrals.into_values(), parts.verdicts, parts.gate);
        taken.extend(second.iter().map(|s| take(&mut later, s)));
        prop_assert_eq!(all, taken);
    }
}

#[test]
fn refusals_say_which() {
    let act = |journal: &mut Journal, referral, action, agency: &str, kind| {
        let key = Key {
            referral: Uuid::from_u128(referral),
            action: Uuid::from_u128(action),
            agency: agency.into(),
        };
        let draft = Draft { kind, outcome: 1, text: "x".into(), ..Draft::default() };
        match take(journal, &Submission { key, draft: Ok(draft) }) {
            Taken::Before(verdict) => verdict.map_or_else(|r| r.code.word(), |()| "before"),
            Taken::Recorded(..) => "recorded",
            Taken::Held(..) => "held",
            Taken::Refused(_, refusal) => refusal.code.word(),
        }
    };
    let mut journal = journal();
    assert_eq!(act(&mut journal, 3, 1, "a", 1), "unknown_referral");
    assert_eq!(act(&mut journal, 1, 2, "b", 1), "not_yours");
    assert_eq!(act(&mut journal, 1, 2, "a", 1), "recorded");
    assert_eq!(act(&mut journal, 1, 3, "a", 3), "recorded");
    assert_eq!(act(&mut journal, 1, 3, "a", 3), "before");
    assert_eq!(act(&mut journal, 1, 4, "a", 2), "already_answered");
    assert_eq!(act(&mut journal, 2, 5, "b", 4), "recorded");
    assert_eq!(act(&mut journal, 2, 6, "b", 3), "already_returned");
}

#[test]
fn a_held_answer_is_recorded_and_nothing_more_until_it_is_reviewed() {
    let strict = Policies::new(vec![Policy { answer_letters_min: 5, ..Policy::default() }]);
    let mut journal = journal();
    let mut act = |action, kind| {
        let key = Key { referral: Uuid::from_u128(1), action: Uuid::from_u128(action), agency: "a".into() };
        let draft = Draft { kind, outcome: 1, text: "-".into(), ..Draft::default() };
        journal.take(&Submission { key, draft: Ok(draft) }, &strict, Timestamp::UNIX_EPOCH)
    };
    let Taken::Held(referral, _, holds) = act(1, 3) else { panic!("an answer that says nothing") };
    assert_eq!((referral.state, holds.as_slice()), (State::Held, &[Hold::TooShort][..]));
    assert_eq!(act(1, 3), Taken::Before(Ok(())));
    assert!(matches!(act(2, 3), Taken::Refused(_, refusal) if refusal.code == Code::AnswerUnderReview));
    assert!(matches!(act(3, 4), Taken::Refused(_, refusal) if refusal.code == Code::AnswerUnderReview));
}
