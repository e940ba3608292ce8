//! Answers that were drawn are asked about: an operator calls the citizen back (rules 1 and 8).

use chassis::clock::Clock;
use contracts::intake::{
    CallbackMade, CallbackResult, CaseState, FeedbackGiven, FeedbackOutcome, FeedbackVerdict,
    FinishItemRequest, FinishItemResponse, RecordVoicemailRequest, RegisterContactResponse, TakeItemRequest,
    WorkItem,
};
use contracts::routing::{CallbackDrawn, ReferralAnswered, ReferralIssued};
use contracts::timestamp;
use tonic::{Code, Status};

use crate::world::{PATIENCE, World, envelope, request};

/// Registers a case and answers it; the case and its referral.
async fn answered(world: &mut World, key: &str) -> (RegisterContactResponse, String) {
    let case = world.register(request(key)).await;
    let referral_id = Clock::live().new_id().to_string();
    let issued = ReferralIssued {
        referral_id: referral_id.clone(),
        case_id: case.case_id.clone(),
        round: 1,
        agency: "abfa".into(),
        province: "fars".into(),
        agency_name_fa: "آبفا".into(),
        issued_at: Some(timestamp(Clock::live().now())),
        ..Default::default()
    };
    let answer = ReferralAnswered {
        case_id: case.case_id.clone(),
        referral_id: referral_id.clone(),
        agency: "abfa".into(),
        province: "fars".into(),
        round: 1,
        text: "آب وصل شد".into(),
        ..Default::default()
    };
    world.bus.publish("routing", &[envelope(&issued), envelope(&answer)]).await.unwrap();
    world.case_when(&case.case_id, |case| case.state() == CaseState::Answered).await;
    (case, referral_id)
}

fn drawn(case: &RegisterContactResponse, referral: &str, minute: i64) -> CallbackDrawn {
    CallbackDrawn {
        referral_id: referral.into(),
        case_id: case.case_id.clone(),
        agency: "abfa".into(),
        province: "fars".into(),
        action_id: Clock::live().new_id().to_string(),
        drawn_at: Some(timestamp(jiff::Timestamp::from_second(1_760_000_000 + minute * 60).unwrap())),
    }
}

async fn take(world: &mut World, operator: &str) -> Option<WorkItem> {
    let ask = TakeItemRequest { operator: operator.into(), province: "fars".into(), centre: String::new() };
    world.work_list.take_item(ask).await.unwrap().into_inner().item
}

/// The next item once there is one.
async fn taken(world: &mut World, operator: &str) -> WorkItem {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(item) = take(world, operator).await {
            return item;
        }
        assert!(tokio::time::Instant::now() < deadline, "nothing waits");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

async fn finish(
    world: &mut World,
    item: &WorkItem,
    result: CallbackResult,
) -> Result<FinishItemResponse, Status> {
    let (item_id, operator, callback) = (item.item_id.clone(), "maryam".to_owned(), Some(result));
    let finished = FinishItemRequest { item_id, operator, callback, ..Default::default() };
    world.work_list.finish_item(finished).await.map(tonic::Response::into_inner)
}

fn said(verdict: FeedbackVerdict) -> CallbackResult {
    CallbackResult { reached: true, verdict: verdict.into(), statement: "آب هنوز قطع است".into() }
}

#[tokio::test]
async fn a_drawn_answer_is_asked_about_once_and_what_was_not_solved_opens_the_case_again() {
    let mut world = World::new().await;
    let (case, referral) = answered(&mut world, "call-0900").await;
    let fact = drawn(&case, &referral, 0);
    world.bus.publish("routing", &[envelope(&fact), envelope(&fact)]).await.unwrap();
    let item = taken(&mut world, "maryam").await;
    let callback = item.callback.clone().unwrap();
    assert_eq!((item.caller.as_str(), item.received_at), ("+989121234567", fact.drawn_at));
    assert_eq!((&callback.referral_id, &callback.tracking_code), (&referral, &case.tracking_code));
    assert_eq!((callback.agency.as_str(), callback.answer.as_str()), ("abfa", "آب وصل شد"));
    assert!(take(&mut world, "reza").await.is_none(), "it is in one hand, and was drawn once");

    let wordless = CallbackResult { reached: true, ..Default::default() };
    assert_eq!(finish(&mut world, &item, wordless).await.unwrap_err().code(), Code::InvalidArgument);
    let first = finish(&mut world, &item, said(FeedbackVerdict::NotSolved)).await.unwrap();
    assert_eq!(first.feedback.clone().unwrap().outcome(), FeedbackOutcome::Reopened);
    let again = finish(&mut world, &item, said(FeedbackVerdict::NotSolved)).await.unwrap();
    assert_eq!(first, again, "asked again after the answer was lost");
    let other = finish(&mut world, &item, said(FeedbackVerdict::Solved)).await.unwrap_err();
    assert_eq!(other.code(), Code::FailedPrecondition);
    world.case_when(&case.case_id, |case| case.state() == CaseState::Reopened).await;

    let made = world.stated::<CallbackMade>(1).await;
    assert_eq!((made.len(), &made[0].referral_id, made[0].reached), (1, &referral, true));
    assert_eq!((made[0].verdict(), made[0].drawn_at), (FeedbackVerdict::NotSolved, fact.drawn_at));
    let given = world.stated::<FeedbackGiven>(1).await;
    assert_eq!((given.len(), given[0].verdict()), (1, FeedbackVerdict::NotSolved), "the reports count it");
    assert!(take(&mut world, "reza").await.is_none());
}

#[tokio::test]
async fn a_word_said_before_stands_and_nobody_reached_says_nothing() {
    let mut world = World::new().await;
    let (spoken, first) = answered(&mut world, "call-0901").await;
    let (silent, second) = answered(&mut world, "call-0902").await;
    let word = contracts::intake::GiveFeedbackRequest {
        case: spoken.case_id.clone(),
        verdict: FeedbackVerdict::Solved.into(),
        ..Default::default()
    };
    world.cases.give_feedback(word).await.unwrap();
    let drawn = [envelope(&drawn(&silent, &second, 2)), envelope(&drawn(&spoken, &first, 1))];
    world.bus.publish("routing", &drawn).await.unwrap();

    let mut items = vec![taken(&mut world, "maryam").await];
    items.push(taken(&mut world, "reza").await);
    items.sort_by_key(|item| item.received_at.map(|at| at.seconds));
    let ids: Vec<&str> = items.iter().map(|item| item.item_id.as_str()).collect();
    assert_eq!(ids, [first.as_str(), second.as_str()]);
    for operator in ["maryam", "reza"] {
        let leave = contracts::intake::ReleaseItemsRequest { operator: operator.into() };
        world.work_list.release_items(leave).await.unwrap();
    }
    let item = taken(&mut world, "maryam").await;
    assert_eq!(item.item_id, first, "the oldest first");
    let outcome = finish(&mut world, &item, said(FeedbackVerdict::NotSolved)).await.unwrap();
    assert_eq!(outcome.feedback, None, "another word stands");
    let item = taken(&mut world, "maryam").await;
    let unreached = finish(&mut world, &item, CallbackResult::default()).await.unwrap();
    assert_eq!(unreached.feedback, None);
    let made = world.stated::<CallbackMade>(2).await;
    assert_eq!(made.iter().map(|fact| fact.reached).collect::<Vec<_>>(), [true, false]);
    assert_eq!(world.case(&spoken.case_id).await.state(), CaseState::Answered);
}

#[tokio::test]
async fn voicemails_and_call_backs_are_finished_each_in_their_way() {
    let mut world = World::new().await;
    let voicemail = RecordVoicemailRequest {
        call_id: "c-1".into(),
        province: "fars".into(),
        received_at: Some(timestamp("2020-01-01T00:00:00Z".parse().unwrap())),
        ..Default::default()
    };
    world.work_list.record_voicemail(voicemail).await.unwrap();
    let (case, referral) = answered(&mut world, "call-0903").await;
    world.bus.publish("routing", &[envelope(&drawn(&case, &referral, 0))]).await.unwrap();
    let item = taken(&mut world, "maryam").await;
    assert_eq!((item.call_id.as_str(), &item.callback), ("c-1", &None), "one list, the oldest first");
    let mixed = finish(&mut world, &item, said(FeedbackVerdict::Solved)).await.unwrap_err();
    assert_eq!(mixed.code(), Code::InvalidArgument);
    let silence = |item: &WorkItem| FinishItemRequest {
        item_id: item.item_id.clone(),
        operator: "maryam".into(),
        no_contact_reason: "سکوت".into(),
        ..Default::default()
    };
    world.work_list.finish_item(silence(&item)).await.unwrap();
    let item = taken(&mut world, "maryam").await;
    let mixed = world.work_list.finish_item(silence(&item)).await.unwrap_err();
    assert_eq!(mixed.code(), Code::InvalidArgument);
    finish(&mut world, &item, said(FeedbackVerdict::Solved)).await.unwrap();
}
