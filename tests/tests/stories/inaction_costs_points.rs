//! Rules 5, 6 and 10 through the whole system: one agency returns a case, the next does nothing for fifteen days, the citizen
//! complains of that one, seven days pass: points come off its manager in office, with evidence; the year and the month
//! tell of it.

use chassis::Role;
use chassis::clock::Clock;
use cli::doors::Doors;
use contracts::agency::{ActionKind, ActionPublished};
use contracts::audit::{
    BuildReportRequest, GetEvaluationRequest, GetEvidenceRequest, GetTimelineRequest, ListDeductionsRequest,
    ListManagersRequest,
};
use contracts::deadline::ExplainDeadlineRequest;
use contracts::intake::{Outcome, RegisterContactRequest, RegisterContactResponse};
use contracts::routing::{ListReferralsRequest, RecordActionRequest, Referral};
use jiff::{SignedDuration, Timestamp};
use tests::patiently;

use crate::contact::contact;
use crate::office::{accounts, field, signed_in};
use crate::world::World;

async fn register(doors: &Doors, contact: RegisterContactRequest) -> RegisterContactResponse {
    // Intake hears by and by that the agency's time is over.
    patiently("the registration", async || {
        doors.intake().register_contact(contact.clone()).await.ok().map(tonic::Response::into_inner)
    })
    .await
}

/// A slow line, which rules give to the telecommunications company first and then to the ICT office.
fn slow_line(key: &str, outcome: Outcome, about_case: &str) -> RegisterContactRequest {
    RegisterContactRequest { topic: "telecom.internet".into(), ..contact(key, outcome, about_case) }
}

/// The case's referral of that round.
async fn referral(doors: &Doors, case_id: &str, round: u32) -> Referral {
    patiently("the referral", async || {
        let asked = ListReferralsRequest { case_id: case_id.to_owned() };
        let referrals = doors.routing().list_referrals(asked).await.unwrap().into_inner().referrals;
        referrals.into_iter().find(|referral| referral.round == round)
    })
    .await
}

/// The first agency returns the case at once; who has it then.
async fn passed_on(doors: &Doors, clock: &Clock, case_id: &str) -> String {
    let first = referral(doors, case_id, 1).await;
    let action = ActionPublished {
        action_id: clock.new_id().to_string(),
        referral_id: first.referral_id,
        kind: ActionKind::Returned.into(),
        text: "در حیطهٔ ما نیست".into(),
        ..Default::default()
    };
    let request = RecordActionRequest { agency: first.agency.clone(), action: Some(action) };
    let verdict = doors.routing().record_action(request).await.unwrap().into_inner().verdict.unwrap();
    assert!(verdict.recorded, "{verdict:?}");
    let second = referral(doors, case_id, 2).await;
    assert_ne!(second.agency, first.agency);
    second.agency
}

/// Waits until the clock of a referral is set.
async fn explained(doors: &Doors, referral_id: &str) {
    patiently("the clock", async || {
        let asked = ExplainDeadlineRequest { referral_id: referral_id.to_owned() };
        doors.deadline().explain_deadline(asked).await.ok()
    })
    .await;
}

/// Waits until a case's timeline holds that fact; the agency that it names.
async fn told(doors: &Doors, case_id: &str, fact: &str) -> String {
    patiently(fact, async || {
        let asked = GetTimelineRequest { case_id: case_id.to_owned() };
        let entries = doors.audit().get_timeline(asked).await.unwrap().into_inner().entries;
        entries.into_iter().find(|entry| entry.fact == fact).map(|entry| entry.agency)
    })
    .await
}

/// The country in Shahrivar 1404, at a clock that stands until it is moved.
async fn silent_country(start: Timestamp) -> (World, Clock) {
    let data = ground::scratch("samad-story-").unwrap();
    let clock = Clock::hold(&data.path().join("clock"), start).unwrap();
    let world = World::silent(data, &clock).await;
    world.doors.evaluation().import_managers(audit::managers_file::shipped().unwrap()).await.unwrap();
    (world, clock)
}

/// The manager says on the page why the points should not be off; the national body gives them back.
async fn points_are_disputed(world: &World) {
    accounts(world, &[("manager.ea", Role::Manager, "east-azerbaijan"), ("monitor", Role::Monitor, "")]);
    let points = "/staff/evaluation/points";
    let done = format!("{points}?said=done");
    let manager = signed_in(world, "manager.ea").await;
    let page = manager.page(points).await;
    assert!(page.contains("−۵") && !page.contains("امتیاز برگردد"), "{page}");
    let ours = |page: &str| (field(page, "form").to_owned(), field(page, "deduction").to_owned());
    let (form, deduction) = ours(&page);
    let said = [("form", form.as_str()), ("deduction", &deduction), ("text", "پاسخ داده شده بود.")];
    assert_eq!(manager.post(&format!("{points}/rebut"), &said).await.headers()["location"], done);
    let ruled =
        [("form", form.as_str()), ("deduction", &deduction), ("ruling", "reversed"), ("reason", "درست است")];
    let denied = manager.post(&format!("{points}/rule"), &ruled).await;
    assert_eq!(denied.headers()["location"], format!("{points}?said=denied"));

    let monitor = signed_in(world, "monitor").await;
    let page = monitor.page(points).await;
    assert!(page.contains("پاسخ داده شده بود.") && page.contains("امتیاز برگردد"), "{page}");
    let (form, _) = ours(&page);
    let ruled =
        [("form", form.as_str()), ("deduction", &deduction), ("ruling", "reversed"), ("reason", "درست است")];
    assert_eq!(monitor.post(&format!("{points}/rule"), &ruled).await.headers()["location"], done);
    assert!(manager.page(points).await.contains("با پذیرش پاسخ مدیر بازگشت"));
    let late = manager.page("/staff/deadlines").await;
    assert!(late.contains("گذشته از موعد") && late.contains("روز</b>"), "{late}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_agency_costs_its_manager_points() {
    // 1 Shahrivar 1404.
    let start: Timestamp = "2025-08-23T08:00:00+03:30".parse().unwrap();
    let (world, clock) = silent_country(start).await;
    let doors = &world.doors;
    let to = |days: i64| clock.advance(start + SignedDuration::from_hours(days * 24)).unwrap();

    let case = register(doors, slow_line("story-inaction-1", Outcome::Register, "")).await;
    let silent = passed_on(doors, &clock, &case.case_id).await;
    // Its clock, too, is set before the days pass.
    explained(doors, &referral(doors, &case.case_id, 2).await.referral_id).await;
    // Days of closure do not count: well past the fifteen.
    to(20);
    told(doors, &case.case_id, "deadline_breached").await;
    let complaint =
        register(doors, slow_line("story-inaction-2", Outcome::InactionComplaint, &case.tracking_code)).await;
    assert_eq!(told(doors, &complaint.case_id, "deadline_set").await, silent, "not to who returned the case");
    to(30);
    let agency = told(doors, &complaint.case_id, "points_deducted").await;
    assert_eq!(agency, silent);

    let listed = doors.evaluation().list_deductions(ListDeductionsRequest::default()).await.unwrap();
    let deducted = listed.into_inner().deductions.remove(0).deducted.unwrap();
    let asked = ListManagersRequest { agency, day: deducted.breach_day.clone() };
    let in_office = doors.evaluation().list_managers(asked).await.unwrap().into_inner().terms.remove(0);
    assert_eq!(deducted.manager, in_office.manager);
    assert!(deducted.evidence.iter().any(|line| line.fact == "inaction_complained"), "{deducted:?}");

    let evidence = patiently("a signed checkpoint", async || {
        let asked = GetEvidenceRequest { case_id: complaint.case_id.clone() };
        doors.evaluation().get_evidence(asked).await.ok().map(tonic::Response::into_inner)
    })
    .await;
    assert!(evidence.complaint.len() >= 5 && evidence.referral.len() >= 4);

    let asked = GetEvaluationRequest { year: 1404, ..Default::default() };
    let evaluation = doors.evaluation().get_evaluation(asked).await.unwrap().into_inner();
    let standing = evaluation.standings.iter().find(|line| line.manager == deducted.manager).unwrap();
    assert!(standing.lines.iter().any(|line| line.reason == "inaction" && line.hundredths == -500));
    assert_eq!(standing.overdue_open, 2, "the referral and the complaint");

    // Shahrivar is over: its reports are issued by themselves.
    to(33);
    let report = patiently("the report", async || {
        let asked = BuildReportRequest { period: "1404-06".into(), ..Default::default() };
        let built = doors.reports().build_report(asked).await.unwrap().into_inner();
        Some(built).filter(|built| built.issued)
    })
    .await;
    let report: serde_json::Value = serde_json::from_slice(&report.json).unwrap();
    assert_eq!((&report["contacts"]["total"], &report["answers"]["overdue_open"]), (&2.into(), &2.into()));
    points_are_disputed(&world).await;
    world.end().await;
}
