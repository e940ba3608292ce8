//! Rules 5, 6 and 10 through the whole system: an agency does nothing for fifteen days, the citizen complains, seven days
//! pass: points come off the manager in office, with evidence; the year and the month tell of it.

use std::path::Path;

use chassis::clock::Clock;
use cli::doors::Doors;
use cli::ports::Ports;
use cli::services::Run;
use cli::system::{Options, System};
use contracts::audit::{
    BuildReportRequest, GetEvaluationRequest, GetEvidenceRequest, GetTimelineRequest, ListDeductionsRequest,
    ListManagersRequest,
};
use contracts::intake::{Outcome, RegisterContactRequest, RegisterContactResponse};
use jiff::{SignedDuration, Timestamp};
use tests::patiently;

use crate::contact::contact;

async fn register(doors: &Doors, contact: RegisterContactRequest) -> RegisterContactResponse {
    // Intake hears by and by that the agency's time is over.
    patiently("the registration", async || {
        doors.intake().register_contact(contact.clone()).await.ok().map(tonic::Response::into_inner)
    })
    .await
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

/// The system on a clock that stands until it is moved, without any agency at work.
async fn silent_system(clock: &Clock, data: &Path) -> (System, Doors) {
    // A second story in this process finds it installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = Options {
        data: data.to_owned(),
        ports: Ports::free().unwrap(),
        clock: clock.clone(),
        agencies: Vec::new(),
        run: Run::Here,
        nats_url: None,
        postgres_url: None,
    };
    let system = System::start(&options).await.unwrap();
    let doors = system.doors().unwrap();
    doors.routing().import_catalogue(routing::catalogue_file::shipped().unwrap()).await.unwrap();
    doors.evaluation().import_managers(audit::managers_file::shipped().unwrap()).await.unwrap();
    (system, doors)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_agency_costs_its_manager_points() {
    let data = ground::scratch("samad-story-").unwrap();
    // 1 Shahrivar 1404.
    let start: Timestamp = "2025-08-23T08:00:00+03:30".parse().unwrap();
    let clock = Clock::hold(&data.path().join("clock"), start).unwrap();
    let (system, doors) = silent_system(&clock, data.path()).await;
    let to = |days: i64| clock.advance(start + SignedDuration::from_hours(days * 24)).unwrap();

    let case = register(&doors, contact("story-inaction-1", Outcome::Register, "")).await;
    told(&doors, &case.case_id, "deadline_set").await;
    // Days of closure do not count: well past the fifteen.
    to(20);
    told(&doors, &case.case_id, "deadline_breached").await;
    let complaint =
        register(&doors, contact("story-inaction-2", Outcome::InactionComplaint, &case.tracking_code)).await;
    told(&doors, &complaint.case_id, "deadline_set").await;
    to(30);
    let agency = told(&doors, &complaint.case_id, "points_deducted").await;

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
    system.stop().await.unwrap();
}
