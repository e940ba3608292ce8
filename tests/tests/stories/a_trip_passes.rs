use std::path::Path;

use chassis::Role;
use cli::letters;
use contracts::intake::{Campaign, GetCampaignReportRequest, OpenCampaignRequest};
use serde_json::{Value, json};
use sheets::letters::Imported;

use crate::office::{accounts, field, signed_in, token};
use crate::world::World;

/// Two good letters, one without a topic, one of another day, and one whose national id is wrong.
const LETTERS: &str = "\
شماره,تاریخ,نام,کد ملی,تلفن,شهرستان,نوع,موضوع,متن,محل
1,1404/07/10,آزمون آزمونی,84575948,09120000000,tabriz,درخواست,water.leak,آب از زیر آسفالت بیرون می‌زند,آبرسان
2,1404/07/11,آزمون آزمونی,0084575948,09120000000,tabriz,شکایت,water.leak,نشتی کوچه یک ماه است,آبرسان
3,1404/07/11,آزمون آزمونی,0084575948,,tabriz,,,بی‌موضوع,
4,1404/08/11,آزمون آزمونی,0084575948,,tabriz,,water.leak,پس از سفر,
5,1404/07/11,آزمون آزمونی,0084575947,,tabriz,,water.leak,شمارهٔ نادرست,
";

async fn import(world: &World, file: &Path) -> Imported {
    letters::import(&world.doors, file, "trip-ea-1404", None).await.unwrap()
}

/// What a program that sends the letters over REST is answered.
async fn send(world: &World, account: &str, content_type: &str) -> (u16, Value) {
    let request = world.http.post(world.url("/api/v1/campaigns/trip-ea-1404/letters"));
    let request = request.bearer_auth(token(world, account).await).header("content-type", content_type);
    let answer = request.body(LETTERS).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// The same letters over REST and through the page of the trip: who may, and that none is taken twice.
async fn every_door_takes_them_once(world: &World, first: &Imported) {
    accounts(
        world,
        &[
            ("operator.ea", Role::Operator, "east-azerbaijan"),
            ("operator.fars", Role::Operator, "fars"),
            ("manager.ea", Role::Manager, "east-azerbaijan"),
        ],
    );
    let (status, taken) = send(world, "operator.ea", "text/csv; charset=utf-8").await;
    assert_eq!((status, taken), (200, json!(first)), "as the command says it");
    for (account, content_type, status) in [
        ("operator.fars", "text/csv", 403),
        ("manager.ea", "text/csv", 403),
        ("operator.ea", "text/html", 415),
    ] {
        assert_eq!(send(world, account, content_type).await.0, status, "{account} {content_type}");
    }
    let operator = signed_in(world, "operator.ea").await;
    let (trip, letters) = ("/staff/trips/trip-ea-1404", "/staff/trips/trip-ea-1404/letters");
    let form = field(&operator.page(trip).await, "form").to_owned();
    let page = operator.upload(letters, &form, "letters.csv", LETTERS).await.text().await.unwrap();
    assert!(page.contains("۲ نامه ثبت شد؛ ۳ ردیف ثبت نشد") && page.contains("ردیف ۶"), "{page}");
    assert!(page.contains("کد ملی نادرست است"), "{page}");
    assert_eq!(operator.upload(letters, "other", "letters.csv", LETTERS).await.status(), 403);
    assert_eq!(operator.upload(letters, &form, "letters.pdf", LETTERS).await.status(), 422);
    let manager = signed_in(world, "manager.ea").await;
    assert!(
        !manager.page(trip).await.contains("type=\"file\""),
        "who takes no contacts is not asked for them"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_letters_of_a_trip_are_taken_once_and_answered() {
    let world = World::new().await;
    let campaign = Campaign {
        campaign: "trip-ea-1404".into(),
        name_fa: "سفر استانی آذربایجان شرقی".into(),
        province: "east-azerbaijan".into(),
        from_day: "2025-10-01".into(),
        until_day: "2025-10-05".into(),
        lines: 250,
        programme: "trip-ea-1404".into(),
        ..Default::default()
    };
    let request = OpenCampaignRequest { campaign: Some(campaign) };
    world.doors.campaigns().open_campaign(request).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letters.csv");
    std::fs::write(&file, LETTERS).unwrap();

    let first = import(&world, &file).await;
    assert_eq!(first.registered, 2);
    let refused: Vec<_> = first.refused.iter().map(|row| (row.line, row.field.as_str())).collect();
    assert_eq!(refused, [(4, "topic"), (5, "campaign"), (6, "citizen.national_id")]);
    assert_eq!(import(&world, &file).await, first, "the same file again adds nothing");
    every_door_takes_them_once(&world, &first).await;

    let figures = world.figures_when(|f| f["answered"] == 2).await;
    assert_eq!((&figures["contacts"], &figures["dead_letters"]), (&2.into(), &0.into()));
    let ask = GetCampaignReportRequest { campaign: "trip-ea-1404".into() };
    let report = world.doors.campaigns().get_campaign_report(ask).await.unwrap().into_inner();
    assert_eq!((report.contacts, report.cases, report.answered, report.open), (2, 2, 2, 0));
    assert_eq!((report.by_channel[0].of.as_str(), report.by_channel[0].contacts), ("letter", 2));
    world.end().await;
}
