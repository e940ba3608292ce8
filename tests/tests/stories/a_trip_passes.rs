use std::path::Path;

use cli::letters;
use contracts::intake::{Campaign, GetCampaignReportRequest, OpenCampaignRequest};

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

async fn import(world: &World, file: &Path) -> letters::Imported {
    letters::import(&world.doors, file, "trip-ea-1404", None).await.unwrap()
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

    let figures = world.figures_when(|f| f["answered"] == 2).await;
    assert_eq!((&figures["contacts"], &figures["dead_letters"]), (&2.into(), &0.into()));
    let ask = GetCampaignReportRequest { campaign: "trip-ea-1404".into() };
    let report = world.doors.campaigns().get_campaign_report(ask).await.unwrap().into_inner();
    assert_eq!((report.contacts, report.cases, report.answered, report.open), (2, 2, 2, 0));
    assert_eq!((report.by_channel[0].of.as_str(), report.by_channel[0].contacts), ("letter", 2));
    world.end().await;
}
