//! Rule 10: reports of months and quarters from the ledger's facts; the same figures come out the same for ever.

use std::io::{Cursor, Read as _};
use std::sync::Arc;

use audit::api::report::ReportDoor;
use audit::out::typesetter::{NoPdf, Typesetter};
use chassis::clock::Clock;
use chassis::{Caller, Role};
use contracts::audit::report_service_server::ReportService as _;
use contracts::audit::{BuildReportRequest, BuildReportResponse, ReportIssued};
use contracts::intake::{Channel, ContactRecorded, Kind};
use contracts::{deadline, intake, routing, timestamp};
use jalali::Tehran;
use jiff::Timestamp;
use tonic::{Code, Request};
use uuid::Uuid;

use crate::world::{Said, World, at, said};

/// Mehr 1404: its first day is that of [`at`] of hour 0.
const PERIOD: &str = "1404-07";

fn ask(province: &str, as_of_size: u64) -> BuildReportRequest {
    let (period, province) = (PERIOD.to_owned(), province.to_owned());
    BuildReportRequest { period, province, as_of_size, ..Default::default() }
}

/// By a clock that stands where the facts are: Mehr is over, Aban is not.
async fn world() -> World {
    let start: Timestamp = "2025-10-23T08:00:00+03:30".parse().unwrap();
    let world = World::by(Clock::rehearsal(start, 1.0, start, 1.0)).await;
    let rules = audit::rules_file::built_in().unwrap();
    world.evaluation.clone().import_evaluation_rules(rules).await.unwrap();
    world
}

fn contact(id: u128, province: &str, county: &str) -> Said {
    let fact = ContactRecorded {
        contact_id: Uuid::from_u128(id).to_string(),
        case_id: Uuid::from_u128(id).to_string(),
        province: province.into(),
        county: county.into(),
        channel: Channel::Phone.into(),
        kind: Kind::Complaint.into(),
        topic: "water".into(),
        recorded_at: Some(timestamp(at(1))),
        ..Default::default()
    };
    said(&fact, at(1))
}

/// A referral of Fars: issued, due after ten days, answered at that hour if at all.
fn referral(id: u128, answered: Option<i64>) -> Vec<Said> {
    let (referral_id, case_id) = (Uuid::from_u128(id).to_string(), Uuid::from_u128(id + 1).to_string());
    let (province, agency) = ("fars".to_owned(), "water".to_owned());
    let issued = routing::ReferralIssued {
        referral_id: referral_id.clone(),
        case_id: case_id.clone(),
        province: province.clone(),
        agency: agency.clone(),
        issued_at: Some(timestamp(at(2))),
        ..Default::default()
    };
    let set = deadline::DeadlineSet {
        referral_id: referral_id.clone(),
        case_id: case_id.clone(),
        province: province.clone(),
        agency: agency.clone(),
        starts_at: Some(timestamp(at(2))),
        due_at: Some(timestamp(at(242))),
        ..Default::default()
    };
    let mut facts = vec![said(&issued, at(2)), said(&set, at(2))];
    if let Some(hour) = answered {
        let answered_at = Some(timestamp(at(hour)));
        let answer = routing::ReferralAnswered {
            referral_id,
            case_id: case_id.clone(),
            province: province.clone(),
            agency,
            answered_at,
            ..Default::default()
        };
        let closed = intake::CaseClosed {
            case_id,
            province,
            registered_at: Some(timestamp(at(1))),
            closed_at: answered_at,
            ..Default::default()
        };
        facts.extend([said(&answer, at(hour)), said(&closed, at(hour))]);
    }
    facts
}

fn facts() -> Vec<Said> {
    let mut facts: Vec<Said> = (0..6).map(|id| contact(id, "fars", "shiraz")).collect();
    facts.extend((10..12).map(|id| contact(id, "fars", "fasa")));
    facts.extend((20..26).map(|id| contact(id, "tehran", "rey")));
    facts.extend(referral(100, Some(26)));
    facts.extend(referral(200, Some(300)));
    facts.extend(referral(300, None));
    facts
}

async fn build(world: &World, asked: BuildReportRequest) -> BuildReportResponse {
    world.reports.clone().build_report(asked).await.unwrap().into_inner()
}

fn json(built: &BuildReportResponse) -> serde_json::Value {
    serde_json::from_slice(&built.json).unwrap()
}

#[tokio::test]
async fn a_report_counts_a_month_and_overdue_open_is_not_on_time() {
    let world = world().await;
    let mut facts = facts();
    facts.reverse();
    world.hear(&facts).await;
    let report = json(&build(&world, ask("fars", 0)).await);
    assert_eq!(report["contacts"]["total"], 8);
    assert_eq!(report["contacts"]["by_county"]["shiraz"], 6);
    assert_eq!(report["contacts"]["by_channel"]["phone"], 8);
    let answers = &report["answers"];
    assert_eq!(
        (&answers["on_time"], &answers["late"], &answers["overdue_open"]),
        (&1.into(), &1.into(), &1.into())
    );
    assert_eq!(answers["on_time_permille"], 333);
    assert_eq!((&answers["median_days_tenths"], &answers["p90_days_tenths"]), (&10.into(), &125.into()));
    assert_eq!(json(&build(&world, ask("", 0)).await)["contacts"]["total"], 14);
    let other = BuildReportRequest { period: "1404-q3".into(), ..ask("fars", 0) };
    assert_eq!(json(&build(&world, other).await)["period_fa"], "پاییز ۱۴۰۴");
}

#[tokio::test]
async fn it_is_issued_once_and_rebuilt_to_the_same_bytes_whatever_comes_later() {
    let world = world().await;
    world.hear(&facts()).await;
    tokio::join!(world.issue(), world.issue());
    world.issue().await;
    let mut issued = world.told::<ReportIssued>().await;
    issued.sort_by(|a, b| a.province.cmp(&b.province));
    let told: Vec<_> = issued.iter().map(|fact| (fact.period.as_str(), fact.province.as_str())).collect();
    assert_eq!(told, [(PERIOD, ""), (PERIOD, "fars"), (PERIOD, "tehran")], "the quarter is not over");

    // A contact of that month that comes too late for the report.
    world.hear(&[contact(99, "fars", "shiraz")]).await;
    for fact in &issued {
        let built = build(&world, ask(&fact.province, 0)).await;
        assert!(built.issued);
        assert_eq!(built.ledger_size, fact.ledger_size);
        assert_eq!((&built.json_sha256, &built.xlsx_sha256), (&fact.json_sha256, &fact.xlsx_sha256));
        assert_eq!((&fact.xlsx, &fact.pdf), (&built.xlsx, &built.json), "it brings what is delivered");
        assert_eq!(fact.period_fa, "مهر ۱۴۰۴");
        let again = build(&world, ask(&fact.province, fact.ledger_size)).await;
        assert!(again.json == built.json && again.xlsx == built.xlsx);
    }
    let now = build(&world, ask("fars", u64::MAX)).await;
    assert!(!now.issued);
    assert_eq!(json(&now)["contacts"]["total"], 9);
    assert!(world.verify().await.ok);
}

#[tokio::test]
async fn the_public_edition_hides_few_people() {
    let world = world().await;
    world.hear(&facts()).await;
    let public = BuildReportRequest { public_edition: true, ..ask("fars", 0) };
    let report = json(&build(&world, public).await);
    let contacts = &report["contacts"];
    assert_eq!(contacts["total"], 8);
    assert!(
        contacts["by_county"]["fasa"].is_null() && contacts["by_county"]["shiraz"].is_null(),
        "{contacts}"
    );
    assert!(report["answers"]["on_time"].is_null() && report["answers"]["on_time_permille"].is_null());
    // The country is Fars and one other province: whoever knows both knows the hidden cells of neither.
    let country = BuildReportRequest { public_edition: true, ..ask("", 0) };
    let country = json(&build(&world, country).await);
    assert_eq!(country["contacts"]["total"], 14);
    assert!(country["contacts"]["by_county"]["fasa"].is_null(), "{country}");

    let quarter = BuildReportRequest { period: "1404-q3".into(), public_edition: true, ..ask("", 0) };
    let refused = world.reports.clone().build_report(quarter).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let nonsense = BuildReportRequest { period: "yesterday".into(), ..ask("", 0) };
    assert_eq!(world.reports.clone().build_report(nonsense).await.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test]
async fn the_workbook_reads_from_right_to_left_in_persian() {
    let world = world().await;
    world.hear(&facts()).await;
    let built = build(&world, ask("fars", 0)).await;
    let mut workbook = zip::ZipArchive::new(Cursor::new(built.xlsx)).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        workbook.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let words = part("xl/sharedStrings.xml");
    for word in ["گزارش سامد، مهر ۱۴۰۴", "پاسخ در مهلت", "تلفن", "شکایت", "از ۱۴۰۴/۰۷/۰۱ تا ۱۴۰۴/۰۷/۳۰"]
    {
        assert!(words.contains(word), "{word}: {words}");
    }
    for sheet in 1..=3 {
        assert!(part(&format!("xl/worksheets/sheet{sheet}.xml")).contains("rightToLeft=\"1\""));
    }
    assert!(part("xl/styles.xml").contains("[$-3000429]"), "Persian digits");
}

#[tokio::test]
async fn a_report_says_what_it_was_built_from_and_calls_things_by_their_names() {
    let world = world().await;
    let named = |parent: &str, code: &str, name_fa: &str, hour| {
        let (name_en, [parent, code, name_fa]) = (String::new(), [parent, code, name_fa].map(str::to_owned));
        let topics = vec![routing::NamedTopic { code, parent, name_fa, name_en }];
        said(&routing::TopicsNamed { topics, named_at: Some(timestamp(at(hour))) }, at(hour))
    };
    world.hear(&facts()).await;
    world.hear(&[named("utilities", "water", "آب", 5), named("utilities", "water", "آب و فاضلاب", 9)]).await;
    world.hear(&[named("", "utilities", "خدمات", 2)]).await;
    let report = json(&build(&world, ask("fars", 0)).await);
    assert_eq!(report["province_fa"], "فارس");
    let names = &report["names"];
    assert_eq!(names["topic"]["water"], "خدمات › آب و فاضلاب");
    assert_eq!((&names["county"]["shiraz"], &names["channel"]["phone"]), (&"شیراز".into(), &"تلفن".into()));
    let head = sqlx::query_scalar::<_, Vec<u8>>("SELECT root FROM tree");
    let root = head.fetch_one(world.store.pool()).await.unwrap();
    let hex: String = root.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(report["ledger_root"], hex);
    // The latest that is counted: the policies that the clock of this test saw adopted.
    assert!(report["as_of"].as_str().unwrap().starts_with("2025-10-23T04:30:"), "{report}");
    assert!(report["as_of_fa"].as_str().unwrap().starts_with("۱ آبان ۱۴۰۴ ساعت ۰۸:۰۰"), "{report}");
    let earlier = json(&build(&world, ask("fars", 14)).await);
    assert_ne!(earlier["ledger_root"], report["ledger_root"]);
}

#[tokio::test]
async fn a_pdf_is_made_from_the_json_alone_when_it_is_asked_for() {
    let world = world().await;
    world.hear(&facts()).await;
    assert!(build(&world, ask("fars", 0)).await.pdf.is_empty());
    let built = build(&world, BuildReportRequest { with_pdf: true, ..ask("fars", 0) }).await;
    assert!(built.pdf == built.json, "the program was given the JSON");

    let absent = Typesetter::new("/nowhere/samad-typeset".as_ref());
    let door = ReportDoor::new(world.store.pool(), &Tehran::new().unwrap(), &absent);
    let mut asked = Request::new(BuildReportRequest { with_pdf: true, ..ask("fars", 0) });
    asked.extensions_mut().insert(Arc::new(Caller::of_deployment(Role::Ops, "test")));
    let refused = door.build_report(asked).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(refused.message().contains("./samad typeset"), "{refused}");
}

#[tokio::test]
async fn a_typesetter_that_fails_or_writes_much_holds_nobody() {
    let failed = Typesetter::new("/bin/false".as_ref()).pdf(b"{}").await;
    assert!(matches!(failed, Err(NoPdf::Failed(_))));
    // More than pipes hold, in both directions at once.
    let long = vec![b'x'; 4 * 1024 * 1024];
    assert!(Typesetter::new("/bin/cat".as_ref()).pdf(&long).await.unwrap() == long);
    let too_long = vec![b'x'; 9 * 1024 * 1024];
    assert!(matches!(Typesetter::new("/bin/cat".as_ref()).pdf(&too_long).await, Err(NoPdf::Failed(_))));
}
