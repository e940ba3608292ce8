use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::referral::answer_text;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_760_000_000 + second).unwrap()
}

fn case() -> CaseFile {
    CaseFile {
        id: CaseId(Uuid::from_u128(1)),
        province: "fars".into(),
        county: String::new(),
        topic: "water".into(),
        registered_at: at(0),
        confidential: false,
        about_manager: String::new(),
        state: CaseState::Registered,
        closing: None,
        reopenings: 0,
        settled_round: 0,
        lead: None,
        feedback_until: None,
        referrals: BTreeMap::new(),
    }
}

fn news(id: u128, round: u32, state: ReferralState) -> News {
    let issued = state == ReferralState::Issued;
    let referral = Referral {
        id: ReferralId(Uuid::from_u128(id)),
        agency: format!("agency-{id}"),
        name_fa: if issued { format!("دستگاه {id}") } else { String::new() },
        round: if state == ReferralState::Accepted { 0 } else { round },
        agencies: 0,
        state,
        since: issued.then(|| at(id as i64)),
        answer: if state == ReferralState::Answered {
            format!("انجام شد {id}")
        } else {
            String::new()
        },
    };
    News { case_id: CaseId(Uuid::from_u128(1)), time: at(9), referral }
}

/// Round 1 returned, round 2 at two agencies, both answered.
fn life() -> Vec<News> {
    use ReferralState::{Accepted, Answered, Issued, Returned};
    vec![
        news(11, 1, Issued),
        news(11, 1, Returned),
        news(12, 2, Issued),
        news(13, 2, Issued),
        news(12, 2, Accepted),
        news(12, 2, Answered),
        news(13, 2, Answered),
    ]
}

fn told(facts: &[News]) -> CaseFile {
    let mut case = case();
    for fact in facts {
        case.hear(fact);
    }
    case.settle(at(99));
    case
}

#[test]
fn the_case_moves_with_its_referrals_and_is_answered_when_all_are() {
    let life = life();
    let state = |count: usize| told(&life[..count]).state;
    assert_eq!(state(0), CaseState::Registered);
    assert_eq!(state(1), CaseState::Referred);
    assert_eq!(state(2), CaseState::Referred, "a returned round waits for the next");
    assert_eq!(state(5), CaseState::Accepted);
    assert_eq!(state(6), CaseState::Referred, "one agency still owes its answer");
    let closing = told(&life).closing.unwrap();
    assert_eq!(closing.answer, "دستگاه 12: انجام شد 12\n\nدستگاه 13: انجام شد 13");
}

#[test]
fn of_two_returns_each_waits_for_its_own_round() {
    use ReferralState::{Answered, Issued, Returned};
    let mut heard = vec![
        news(11, 1, Issued),
        news(12, 1, Issued),
        news(11, 1, Returned),
        news(13, 2, Issued),
        news(12, 1, Returned),
        news(13, 2, Answered),
    ];
    assert_eq!(told(&heard).closing, None, "the arbiter or the desk has round 3");
    heard.push(news(14, 3, Issued));
    assert_eq!(told(&heard).closing, None);
    heard.push(news(14, 3, Answered));
    assert_eq!(told(&heard).state, CaseState::Answered);
}

#[test]
fn an_answer_waits_for_all_agencies_of_its_step_to_be_heard_of() {
    use ReferralState::{Answered, Issued};
    let mut first = news(11, 1, Issued);
    first.referral.agencies = 2;
    let late = [news(12, 1, Issued), news(12, 1, Answered)];
    let mut heard = vec![news(11, 1, Answered)];
    assert_eq!(told(&heard).closing, None, "its issue is still on its way");
    heard.push(first);
    assert_eq!(told(&heard).closing, None, "another agency got it too");
    heard.extend(late);
    assert_eq!(told(&heard).state, CaseState::Answered);
}

#[test]
fn an_answered_case_stays_answered() {
    let mut case = told(&life());
    case.hear(&news(14, 2, ReferralState::Issued));
    assert!(!case.settle(at(200)));
    assert_eq!((case.state, case.closing.map(|c| c.at)), (CaseState::Answered, Some(at(99))));
}

#[test]
fn a_withdrawn_case_stays_withdrawn_and_an_answered_one_cannot_be() {
    let mut open = told(&life()[..5]);
    assert_eq!(open.withdraw("حل شد", at(100)), Ok(true));
    assert_eq!(open.withdraw("دوباره", at(101)), Ok(false));
    for fact in life() {
        open.hear(&fact);
    }
    assert!(!open.settle(at(200)));
    let closing = open.closing.clone().unwrap();
    assert_eq!((open.state, closing.at, closing.answer.as_str()), (CaseState::Withdrawn, at(100), ""));
    assert_eq!(closing.withdrawal_reason, "حل شد");
    assert!(told(&life()).withdraw("دیر", at(300)).is_err());
}

/// As routing goes on: the next round at the agencies that answered.
fn again() -> Vec<News> {
    use ReferralState::{Accepted, Answered, Issued};
    vec![
        news(22, 3, Issued),
        news(23, 3, Issued),
        news(22, 3, Accepted),
        news(22, 3, Answered),
        news(23, 3, Answered),
    ]
}

#[test]
fn a_reopened_case_waits_for_its_own_round_and_closes_again() {
    let mut case = told(&life());
    let unsolved = case.reopen();
    assert_eq!(unsolved, [12, 13].map(|id| ReferralId(Uuid::from_u128(id))));
    assert_eq!((case.state, case.closing.clone(), case.reopenings), (CaseState::Reopened, None, 1));
    let states = again().into_iter().map(|fact| {
        case.hear(&fact);
        case.settle(at(300));
        case.state
    });
    use CaseState::{Accepted, Answered, Referred};
    assert_eq!(states.collect::<Vec<_>>(), [Referred, Referred, Accepted, Referred, Answered]);
    assert_eq!(case.closing.unwrap().answer, "دستگاه 22: انجام شد 22\n\nدستگاه 23: انجام شد 23");
}

#[test]
fn a_return_beside_an_answer_in_the_same_round_still_waits() {
    use ReferralState::{Answered, Issued, Returned};
    let case =
        told(&[news(11, 1, Issued), news(11, 1, Answered), news(12, 1, Issued), news(12, 1, Returned)]);
    assert_eq!(case.closing, None);
}

#[test]
fn a_legal_reason_is_told() {
    assert_eq!(answer_text(" ممکن نیست ", "ماده ۱۰"), "ممکن نیست (دلیل قانونی: ماده ۱۰)");
    assert_eq!(answer_text("انجام شد", ""), "انجام شد");
}

proptest! {
    #[test]
    fn order_repeats_and_batches_leave_no_trace(order in prop::collection::vec(0_usize..7, 0..20), rest in Just((0..7_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let life = life();
        let facts: Vec<News> = order.iter().chain(&rest).map(|i| life[*i].clone()).collect();
        prop_assert_eq!(told(&facts), told(&life));
    }

    #[test]
    fn what_was_answered_before_settles_nothing_after_a_reopening(
        old in prop::collection::vec(0_usize..7, 0..20), new in Just((0..5_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let (life, again) = (life(), again());
        let mut case = told(&life);
        case.reopen();
        old.iter().for_each(|place| _ = case.hear(&life[*place]));
        prop_assert!(!case.settle(at(200)) && case.state == CaseState::Reopened);
        new.iter().for_each(|place| _ = case.hear(&again[*place]));
        old.iter().for_each(|place| _ = case.hear(&life[*place]));
        prop_assert!(case.settle(at(300)) && case.state == CaseState::Answered);
        prop_assert!(case.reopenings == 1 && case.closing.unwrap().answer.starts_with("دستگاه 22"));
    }

    #[test]
    fn a_case_closes_at_most_once_however_facts_come(order in prop::collection::vec(0_usize..7, 0..40)) {
        let life = life();
        let mut case = case();
        let mut closings = 0;
        for (step, fact) in order.iter().enumerate() {
            case.hear(&life[*fact]);
            let was_open = case.closing.is_none();
            case.settle(at(step as i64));
            closings += usize::from(was_open && case.closing.is_some());
        }
        prop_assert!(closings <= 1);
    }
}
