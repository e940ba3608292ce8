//! Rule 10 through the whole system: on the first day of the month after, provincial management and the national monitor
//! have the reports of the month and of the quarter, each once, and whoever asks again gets the same bytes.

use std::path::Path;

use chassis::clock::Clock;
use cli::doors::Doors;
use cli::figures;
use cli::ports::Ports;
use cli::services::Run;
use cli::system::{Options, System};
use contracts::audit::{BuildReportRequest, BuildReportResponse, GetFiguresRequest, GetTimelineRequest};
use contracts::intake::Outcome;
use contracts::notification::{ListNoticesRequest, Notice, NoticeState};
use contracts::ops::GetFlowRequest;
use jiff::Timestamp;
use tests::patiently;
use tonic::Code;

use crate::contact::contact;

const PROVINCE: &str = "east-azerbaijan";

/// The services in processes of their own, as an installation has them: beside them stands the program for PDFs.
async fn system(clock: &Clock, data: &Path) -> (System, Doors) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = Options {
        data: data.to_owned(),
        ports: Ports::free().unwrap(),
        clock: clock.clone(),
        agencies: Vec::new(),
        run: Run::Processes { program: tests::samad(), replicas: 1 },
        nats_url: None,
        postgres_url: None,
        durable: false,
    };
    let system = System::start(&options).await.unwrap();
    let doors = system.doors().unwrap();
    doors.routing().import_catalogue(routing::catalogue_file::shipped().unwrap()).await.unwrap();
    let recipients = notification::recipients_file::shipped().unwrap();
    doors.notification().import_recipients(recipients).await.unwrap();
    (system, doors)
}

/// Registers a case and waits until the ledger knows of its clock, and of all else that was said until then.
async fn register(doors: &Doors) {
    let contact = contact("story-report-1", Outcome::Register, "");
    let case_id = doors.intake().register_contact(contact).await.unwrap().into_inner().case_id;
    patiently("the clock in the ledger", async || {
        let asked = GetTimelineRequest { case_id: case_id.clone() };
        let entries = doors.audit().get_timeline(asked).await.unwrap().into_inner().entries;
        entries.iter().any(|entry| entry.fact == "deadline_set").then_some(())
    })
    .await;
    patiently("the names in the ledger", async || {
        (figures::read(doors, GetFiguresRequest::default()).await.unwrap().in_flight == 0).then_some(())
    })
    .await;
}

/// What was sent to one of the staff, once `count` messages have arrived.
async fn sent_to(doors: &Doors, recipient: &str, count: usize) -> Vec<Notice> {
    patiently(recipient, async || {
        // Else the reports are looked for once a minute.
        let flow = GetFlowRequest { sweep: true };
        doors.ops_of("audit").unwrap().get_flow(flow).await.unwrap();
        let asked = ListNoticesRequest { recipient: recipient.to_owned(), ..Default::default() };
        let notices = doors.notification().list_notices(asked).await.unwrap().into_inner().notices;
        let sent = notices.iter().filter(|notice| notice.state() == NoticeState::Sent).count();
        (sent >= count).then_some(notices)
    })
    .await
}

fn asked(province: &str) -> BuildReportRequest {
    BuildReportRequest { period: "1404-06".into(), province: province.into(), ..Default::default() }
}

fn names_the_matter(built: &BuildReportResponse) {
    let report: serde_json::Value = serde_json::from_slice(&built.json).unwrap();
    assert_eq!(report["province_fa"], "آذربایجان شرقی");
    assert_eq!(report["names"]["topic"]["water.leak"], "آب و فاضلاب › شکستگی لوله و هدررفت آب");
    assert_eq!(report["names"]["county"]["tabriz"], "تبریز");
    assert_eq!(report["contacts"]["by_topic"]["water.leak"], 1);
}

/// The PDF that was enclosed is the one that is made again; where the program for it is not installed, the door says how
/// to install it, and the workbook came alone.
async fn pdf_is_the_same(doors: &Doors, enclosed: &Path) {
    let asked = BuildReportRequest { with_pdf: true, ..asked(PROVINCE) };
    let built = doors.reports().build_report(asked).await;
    let file = enclosed.join(format!("samad-1404-06-{PROVINCE}.pdf"));
    if tests::samad().with_file_name("samad-typeset").exists() {
        let pdf = built.unwrap().into_inner().pdf;
        assert!(pdf.starts_with(b"%PDF-") && pdf == std::fs::read(file).unwrap());
    } else {
        let refused = built.unwrap_err();
        assert_eq!(refused.code(), Code::FailedPrecondition);
        assert!(refused.message().contains("./samad typeset") && !file.exists(), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_first_day_of_the_next_month_everybody_has_the_report() {
    let data = ground::scratch("samad-story-").unwrap();
    // 20 Shahrivar 1404, the last month of its quarter.
    let start: Timestamp = "2025-09-11T08:00:00+03:30".parse().unwrap();
    let clock = Clock::hold(&data.path().join("clock"), start).unwrap();
    let (system, doors) = system(&clock, data.path()).await;
    register(&doors).await;

    // 1 Mehr, before noon.
    clock.advance("2025-09-23T09:00:00+03:30".parse().unwrap()).unwrap();
    for recipient in ["east-azerbaijan-governor", "national-monitor"] {
        let sent = sent_to(&doors, recipient, 2).await;
        assert_eq!(sent.len(), 2, "{recipient}: the month and the quarter");
        assert!(sent.iter().all(|notice| notice.template == "report" && notice.attempts == 1));
    }
    let elsewhere = ListNoticesRequest { recipient: "fars-governor".into(), ..Default::default() };
    let elsewhere = doors.notification().list_notices(elsewhere).await.unwrap().into_inner().notices;
    assert!(elsewhere.is_empty(), "of Fars nothing was ever counted");

    let enclosed = data.path().join("enclosed");
    for province in [PROVINCE, ""] {
        let built = doors.reports().build_report(asked(province)).await.unwrap().into_inner();
        let ending = if province.is_empty() { String::new() } else { format!("-{province}") };
        let xlsx = std::fs::read(enclosed.join(format!("samad-1404-06{ending}.xlsx"))).unwrap();
        assert!(built.issued && built.xlsx == xlsx);
    }
    names_the_matter(&doors.reports().build_report(asked(PROVINCE)).await.unwrap().into_inner());
    pdf_is_the_same(&doors, &enclosed).await;
    system.stop().await.unwrap();
}
