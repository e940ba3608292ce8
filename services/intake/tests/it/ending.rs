//! What citizens do with cases: taking them back (at any stage), and saying whether an answer solved them (rule 8).

use chassis::clock::Clock;
use contracts::intake::{
    CaseClosed, CaseRegistered, CaseReopened, CaseState, CaseWithdrawn, DeskPolicy, FeedbackGiven,
    FeedbackLapsed, FeedbackOutcome, FeedbackVerdict, GiveFeedbackRequest, GiveFeedbackResponse,
    GuidanceRung, ImportDeskRulesRequest, InactionComplained, LastResort, Outcome, RegisterContactRequest,
    ReopenedTo, WithdrawCaseRequest,
};
use contracts::routing::{ReferralAnswered, ReferralIssued};
use contracts::timestamp;
use tonic::{Code, Status};

use crate::world::{World, envelope, request};

fn issued(case: &str, referral: &str, round: u32) -> ReferralIssued {
    ReferralIssued {
        referral_id: referral.into(),
        case_id: case.into(),
        round,
        agency: "abfa".into(),
        province: "fars".into(),
        agency_name_fa: "آبفا".into(),
        issued_at: Some(timestamp(Clock::live().now())),
        ..Default::default()
    }
}

fn answer(case: &str, referral: &str, round: u32) -> ReferralAnswered {
    ReferralAnswered {
        case_id: case.into(),
        referral_id: referral.into(),
        agency: "abfa".into(),
        province: "fars".into(),
        round,
        text: format!("پاسخ دور {round}"),
        ..Default::default()
    }
}

/// Answers the case in this round; the referral's id.
async fn answered(world: &mut World, case: &str, round: u32) -> String {
    let referral = Clock::live().new_id().to_string();
    let facts = [envelope(&issued(case, &referral, round)), envelope(&answer(case, &referral, round))];
    world.bus.publish("routing", &facts).await.unwrap();
    let wanted = format!("آبفا: پاسخ دور {round}");
    world.case_when(case, |c| c.state() == CaseState::Answered && c.answer == wanted).await;
    referral
}

async fn say(
    world: &mut World,
    case: &str,
    verdict: FeedbackVerdict,
) -> Result<GiveFeedbackResponse, Status> {
    let (case, statement) = (case.to_owned(), "هنوز قطع است".to_owned());
    let said = GiveFeedbackRequest { case, verdict: verdict.into(), statement, answer: 0 };
    world.cases.give_feedback(said).await.map(tonic::Response::into_inner)
}

async fn adopt(world: &mut World, feedback_days: u32, last_resort: LastResort) {
    let policy = DeskPolicy {
        policy: "general".into(),
        valid_from: Some(timestamp("2000-01-01T00:00:00Z".parse().unwrap())),
        lease_minutes: 30,
        feedback_days,
        last_resort: last_resort.into(),
        ..Default::default()
    };
    let rules = ImportDeskRulesRequest { policies: vec![policy], ..Default::default() };
    world.work_list.import_desk_rules(rules).await.unwrap();
}

#[tokio::test]
async fn a_case_is_taken_back_once_and_stays_so_whatever_agencies_say() {
    let mut world = World::new().await;
    let case = world.register(request("call-0300")).await;
    let first = Clock::live().new_id().to_string();
    world.bus.publish("routing", &[envelope(&issued(&case.case_id, &first, 1))]).await.unwrap();
    world.case_when(&case.case_id, |c| c.state() == CaseState::Referred).await;
    let ask = |case: &str, reason: &str| WithdrawCaseRequest { case: case.into(), reason: reason.into() };
    let status = world.cases.withdraw_case(ask(&case.tracking_code, " ")).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let taken =
        world.cases.withdraw_case(ask(&case.tracking_code, "مشکل رفع شد")).await.unwrap().into_inner();
    let again = world.cases.withdraw_case(ask(&case.case_id, "دوباره")).await.unwrap().into_inner();
    assert_eq!(taken, again, "a repeat is the same withdrawal");
    let withdrawn = world.stated::<CaseWithdrawn>(1).await.remove(0);
    assert_eq!(
        (withdrawn.case_id.as_str(), withdrawn.reason.as_str()),
        (case.case_id.as_str(), "مشکل رفع شد")
    );
    assert_eq!((withdrawn.county.as_str(), withdrawn.withdrawn_at), ("shiraz", taken.withdrawn_at));

    // The agency had not heard of it; another case shows that its answer was heard.
    world.bus.publish("routing", &[envelope(&answer(&case.case_id, &first, 1))]).await.unwrap();
    let other = world.register(request("call-0301")).await;
    answered(&mut world, &other.case_id, 1).await;
    let shown = world.case(&case.case_id).await;
    assert_eq!((shown.state(), shown.answer.as_str()), (CaseState::Withdrawn, ""));
    assert_eq!((shown.holders.len(), shown.withdrawal_reason.as_str()), (0, "مشکل رفع شد"));
    let closed = world.stated::<CaseClosed>(1).await;
    assert_eq!(closed.iter().map(|c| &c.case_id).collect::<Vec<_>>(), [&other.case_id]);
    let late = world.cases.withdraw_case(ask(&other.case_id, "دیر")).await.unwrap_err();
    assert_eq!(late.code(), Code::FailedPrecondition);
    let nobody = world.cases.withdraw_case(ask(&Clock::live().new_id().to_string(), "؟")).await.unwrap_err();
    assert_eq!(nobody.code(), Code::NotFound);
}

#[tokio::test]
async fn not_solved_reopens_a_case_once_and_then_goes_to_the_arbiter() {
    let mut world = World::new().await;
    let case = world.register(request("call-0310")).await;
    let (id, code) = (case.case_id.as_str(), case.tracking_code.as_str());
    let early = say(&mut world, code, FeedbackVerdict::Solved).await.unwrap_err();
    assert_eq!(early.code(), Code::FailedPrecondition);
    let first = answered(&mut world, id, 1).await;
    for _ in 0..2 {
        let said = say(&mut world, code, FeedbackVerdict::NotSolved).await.unwrap();
        assert_eq!(said.outcome(), FeedbackOutcome::Reopened, "a repeat hears the same");
    }
    let reopened = world.stated::<CaseReopened>(1).await.remove(0);
    assert_eq!((reopened.referral_ids, reopened.reopening), (vec![first.clone()], 1));
    assert_eq!(reopened.statement, "هنوز قطع است");
    let shown = world.case(id).await;
    assert_eq!((shown.state(), shown.reopenings, shown.closed_at), (CaseState::Reopened, 1, None));
    // What was answered before is heard again and settles nothing.
    world.bus.publish("routing", &[envelope(&answer(id, &first, 1))]).await.unwrap();
    answered(&mut world, id, 2).await;
    assert_eq!(world.stated::<CaseClosed>(2).await.len(), 2);
    let said = say(&mut world, code, FeedbackVerdict::NotSolved).await.unwrap();
    assert_eq!(said.outcome(), FeedbackOutcome::Arbiter);
    let reopened = world.stated::<CaseReopened>(2).await.remove(1);
    assert_eq!((reopened.to(), reopened.reopening), (ReopenedTo::Arbiter, 2));
    answered(&mut world, id, 3).await;
    assert_eq!(
        say(&mut world, code, FeedbackVerdict::NotSolved).await.unwrap().outcome(),
        FeedbackOutcome::Kept
    );
    let otherwise = say(&mut world, code, FeedbackVerdict::Solved).await.unwrap_err();
    assert_eq!(otherwise.code(), Code::FailedPrecondition);
    assert_eq!(world.case(id).await.feedback(), FeedbackVerdict::NotSolved);
    let given: Vec<u32> = world.stated::<FeedbackGiven>(3).await.iter().map(|given| given.answer).collect();
    assert_eq!(given, [1, 2, 3]);
}

#[tokio::test]
async fn where_the_policy_says_so_not_solved_again_complains_of_inaction() {
    let mut world = World::new().await;
    adopt(&mut world, 0, LastResort::Complaint).await;
    let case = world.register(request("call-0320")).await;
    let (id, code) = (case.case_id.as_str(), case.tracking_code.as_str());
    answered(&mut world, id, 1).await;
    say(&mut world, code, FeedbackVerdict::NotSolved).await.unwrap();
    let second = answered(&mut world, id, 2).await;
    let said = say(&mut world, code, FeedbackVerdict::NotSolved).await.unwrap();
    assert_eq!((said.outcome(), said.complaints.len()), (FeedbackOutcome::Complaint, 1));
    assert_eq!(say(&mut world, code, FeedbackVerdict::NotSolved).await.unwrap(), said, "the same complaint");
    let complained = world.stated::<InactionComplained>(1).await.remove(0);
    assert_eq!((complained.about_case_id.as_str(), complained.about_referral_id), (id, second));
    let registered = world.stated::<CaseRegistered>(2).await.remove(1);
    assert_eq!((registered.programme.as_str(), registered.statement.as_str()), ("inaction", "هنوز قطع است"));
    let complaint = world.case(&complained.case_id).await;
    assert_eq!(vec![complaint.tracking_code], said.complaints);
    assert_eq!(complaint.masked_national_id, "001****419");
    assert_eq!(world.case(id).await.state(), CaseState::Answered);
}

#[tokio::test]
async fn who_says_nothing_in_time_is_asked_no_more() {
    // A day in a tenth of a second.
    let start = "2025-10-01T08:00:00+03:30".parse().unwrap();
    let mut world = World::at(&Clock::rehearsal(start, 1e6, start, 1e6).spelling()).await;
    adopt(&mut world, 10, LastResort::Arbiter).await;
    let case = world.register(request("call-0330")).await;
    answered(&mut world, &case.case_id, 1).await;
    let closed = world.stated::<CaseClosed>(1).await.remove(0);
    let days = closed.feedback_until.unwrap().seconds - closed.closed_at.unwrap().seconds;
    assert_eq!(days, 10 * 86_400);
    let lapsed = world.stated::<FeedbackLapsed>(1).await.remove(0);
    assert_eq!((lapsed.case_id, lapsed.answer, lapsed.lapsed_at), (case.case_id, 1, closed.feedback_until));
    let late = say(&mut world, &case.tracking_code, FeedbackVerdict::NotSolved).await.unwrap_err();
    assert!(late.message().contains("the time for saying so is over"), "{late}");
}

#[tokio::test]
async fn who_calls_again_is_to_be_asked_whether_the_answer_solved_it() {
    let mut world = World::new().await;
    adopt(&mut world, 7, LastResort::Arbiter).await;
    let case = world.register(request("call-0350")).await;
    assert!(case.to_ask.is_empty());
    answered(&mut world, &case.case_id, 1).await;
    let advice = || RegisterContactRequest {
        outcome: Outcome::Guidance.into(),
        guidance_rung: GuidanceRung::Information.into(),
        guidance_citation: "بخشنامهٔ ۱۲".into(),
        ..request("call-0351")
    };
    let called = world.register(advice()).await;
    let asked: Vec<_> = called.to_ask.iter().map(|case| case.tracking_code.as_str()).collect();
    assert_eq!((asked, called.similar.len()), (vec![case.tracking_code.as_str()], 0));
    assert!(called.to_ask[0].answered_at.is_some() && called.to_ask[0].feedback_until.is_some());
    assert!(world.register(advice()).await.to_ask.is_empty(), "told once");
    say(&mut world, &case.case_id, FeedbackVerdict::Solved).await.unwrap();
    let called = world.register(RegisterContactRequest { request_key: "call-0352".into(), ..advice() }).await;
    assert!(called.to_ask.is_empty(), "the word was given");
}
