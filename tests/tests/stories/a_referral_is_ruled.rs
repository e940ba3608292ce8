//! What people decide on a referral reaches the clock and the citizen (rules 4 and 7).

use contracts::agency::{ActionKind, ActionPublished, ActionVerdict, AnswerOutcome};
use contracts::deadline::{ClockState, ExplainDeadlineRequest, ExplainDeadlineResponse};
use contracts::notification::ListNoticesRequest;
use contracts::routing::{
    ListArbitrationsRequest, ListExtensionsRequest, ListHeldAnswersRequest, ListReferralsRequest,
    RecordActionRequest, RecordDocumentsRequest, Referral, ReviewAnswerRequest, RuleArbitrationRequest,
    RuleExtensionRequest,
};
use serde_json::json;

use crate::installation::eventually;
use crate::world::{World, leak};

const DAY_S: i64 = 86_400;

/// A case of a slow line, which no demonstration agency takes; its id.
pub async fn slow_line(world: &World, key: &str) -> String {
    let mut request = leak();
    request["topic"] = json!("telecom.internet");
    request["text"] = json!("اینترنت محله از هفتهٔ گذشته قطع است.");
    let (status, registered) = world.register(Some(key), &request).await;
    assert_eq!(status, 201, "{registered}");
    registered["case_id"].as_str().unwrap().to_owned()
}

/// The case's referral of that round, once it is issued.
pub async fn referral(world: &World, case_id: &str, round: u32) -> Referral {
    let ask = ListReferralsRequest { case_id: case_id.to_owned() };
    let issued = async || {
        let listed = world.doors.routing().list_referrals(ask.clone()).await.unwrap().into_inner();
        listed.referrals.into_iter().find(|referral| referral.round == round)
    };
    eventually("the referral is issued", issued).await
}

/// What an agency without an adapter does, by hand.
pub async fn act(
    world: &World,
    referral: &Referral,
    kind: ActionKind,
    text: &str,
) -> (ActionPublished, ActionVerdict) {
    let outcome = if kind == ActionKind::Answer { AnswerOutcome::Done.into() } else { 0 };
    let action = ActionPublished {
        action_id: chassis::clock::Clock::live().new_id().to_string(),
        referral_id: referral.referral_id.clone(),
        kind: kind.into(),
        outcome,
        text: text.to_owned(),
        extension_days: if kind == ActionKind::ExtensionAsked { 7 } else { 0 },
        ..Default::default()
    };
    let request = RecordActionRequest { agency: referral.agency.clone(), action: Some(action.clone()) };
    let verdict = world.doors.routing().record_action(request).await.unwrap().into_inner().verdict.unwrap();
    (action, verdict)
}

/// The clock once it is as wanted.
async fn clock(
    world: &World,
    id: &str,
    wanted: impl Fn(&ExplainDeadlineResponse) -> bool,
) -> ExplainDeadlineResponse {
    let ask = ExplainDeadlineRequest { referral_id: id.to_owned() };
    let asked = async || {
        let explained = world.doors.deadline().explain_deadline(ask.clone()).await.ok()?.into_inner();
        wanted(&explained).then_some(explained)
    };
    eventually("the clock is as wanted", asked).await
}

/// Waits until the citizen was told by that template.
async fn told(world: &World, case_id: &str, template: &str) {
    let ask = ListNoticesRequest { case_id: case_id.to_owned(), ..Default::default() };
    let notice = async || {
        let listed = world.doors.notification().list_notices(ask.clone()).await.unwrap().into_inner();
        listed.notices.iter().any(|notice| notice.template == template).then_some(())
    };
    eventually("the citizen is told", notice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_4_after_two_returns_an_arbiter_rules_and_the_answer_is_reviewed() {
    let world = World::new().await;
    let case_id = slow_line(&world, "ruled-0001").await;
    for round in [1, 2] {
        let held = referral(&world, &case_id, round).await;
        assert!(act(&world, &held, ActionKind::Returned, "در حیطهٔ ما نیست").await.1.recorded);
    }
    let mut rulings = world.doors.rulings();
    let waiting = rulings.list_arbitrations(ListArbitrationsRequest::default()).await.unwrap().into_inner();
    let asked = &waiting.arbitrations[0];
    assert_eq!(asked.tried, ["ea-telecom", "ea-ict"]);
    clock(&world, &asked.arbitration_id, |clock| clock.state() == ClockState::Running).await;
    let ruling = RuleArbitrationRequest {
        arbitration_id: asked.arbitration_id.clone(),
        agency: "ea-telecom".to_owned(),
        reason: "نگهداری خط با مخابرات است".to_owned(),
        becomes_rule: false,
        ruled_by: "arbiter".to_owned(),
    };
    rulings.rule_arbitration(ruling).await.unwrap();
    clock(&world, &asked.arbitration_id, |clock| clock.state() == ClockState::Ended).await;

    let ruled = referral(&world, &case_id, 3).await;
    let (_, refused) = act(&world, &ruled, ActionKind::Returned, "از ما نیست").await;
    assert_eq!(refused.refusal.unwrap().code, "ruled_by_arbiter");
    let (elsewhere, verdict) = act(&world, &ruled, ActionKind::Answer, "به سایت شرکت مراجعه کنید.").await;
    assert!(verdict.recorded);
    let held = rulings.list_held_answers(ListHeldAnswersRequest::default()).await.unwrap().into_inner();
    assert_eq!(held.answers[0].action_id, elsewhere.action_id);
    let review = ReviewAnswerRequest {
        referral_id: elsewhere.referral_id,
        action_id: elsewhere.action_id,
        pass: false,
        reason: "پاسخ داده نشده است".to_owned(),
        reviewed_by: "reviewer".to_owned(),
    };
    rulings.review_answer(review).await.unwrap();
    assert!(act(&world, &ruled, ActionKind::Answer, "کابل محله عوض شد و خط وصل است.").await.1.recorded);
    let figures = world.figures_when(|figures| figures["answered"] == 1).await;
    assert_eq!((&figures["referrals"], &figures["dead_letters"]), (&json!(3), &json!(0)));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_7_an_extension_and_documents_move_the_clock_and_are_told_to_the_citizen() {
    let world = World::new().await;
    let case_id = slow_line(&world, "ruled-0002").await;
    let held = referral(&world, &case_id, 1).await;
    let due = |clock: &ExplainDeadlineResponse| clock.due_at.map(|at| at.seconds).unwrap_or_default();
    let before = due(&clock(&world, &held.referral_id, |clock| clock.due_at.is_some()).await);

    assert!(act(&world, &held, ActionKind::ExtensionAsked, "کابل در راه است").await.1.recorded);
    let mut rulings = world.doors.rulings();
    let waiting = rulings.list_extensions(ListExtensionsRequest::default()).await.unwrap().into_inner();
    let ruling = RuleExtensionRequest {
        referral_id: held.referral_id.clone(),
        action_id: waiting.extensions[0].action_id.clone(),
        grant: true,
        days: 0,
        reason: "تأمین کابل زمان می‌برد".to_owned(),
        ruled_by: "province".to_owned(),
    };
    rulings.rule_extension(ruling).await.unwrap();
    clock(&world, &held.referral_id, |clock| due(clock) >= before + 7 * DAY_S).await;
    told(&world, &case_id, "extended").await;

    let (asked, verdict) = act(&world, &held, ActionKind::DocumentsAsked, "تصویر قرارداد").await;
    assert!(verdict.recorded);
    // Until they come the clock stands still, at most as long as the policy lets it.
    clock(&world, &held.referral_id, |clock| due(clock) >= before + 12 * DAY_S).await;
    told(&world, &case_id, "documents_asked").await;
    let came = RecordDocumentsRequest {
        referral_id: held.referral_id.clone(),
        action_id: asked.action_id,
        note: "پوشهٔ ۱۲".to_owned(),
        recorded_by: "operator".to_owned(),
    };
    rulings.record_documents(came).await.unwrap();
    clock(&world, &held.referral_id, |clock| due(clock) < before + 8 * DAY_S).await;
    world.end().await;
}
