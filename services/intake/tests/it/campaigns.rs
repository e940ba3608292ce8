//! Trips: contacts of their days and places, under a policy of their own, and the report of each.

use contracts::deadline::PolicyAdopted;
use contracts::intake::{
    Campaign, CampaignOpened, CaseRegistered, Channel, ContactRecorded, GetCampaignReportRequest,
    GuidanceRung, OpenCampaignRequest, OpenCampaignResponse, Outcome, RegisterContactRequest, Tally,
};
use contracts::{required_instant, timestamp};
use jiff::Timestamp;
use tonic::{Code, Request};

use crate::world::{PATIENCE, World, envelope, request};

/// Sunday 11 January 2026, noon in Tehran: the second day of the trip.
const SECOND_DAY: &str = "2026-01-11T08:30:00Z";
/// Weeks later the letters are registered.
const LATER: &str = "2026-02-01T08:30:00Z";

fn at<T>(moment: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("samad-at", moment.parse().unwrap());
    request
}

fn trip() -> Campaign {
    Campaign {
        campaign: "trip-fars-1404".into(),
        name_fa: "سفر استانی فارس".into(),
        province: "fars".into(),
        counties: vec!["shiraz".into()],
        from_day: "2026-01-10".into(),
        until_day: "2026-01-12".into(),
        lines: 120,
        programme: "trip-fars-1404".into(),
        version: 0,
    }
}

async fn open(world: &mut World, campaign: Campaign) -> OpenCampaignResponse {
    let request = OpenCampaignRequest { campaign: Some(campaign) };
    world.campaigns.open_campaign(at(SECOND_DAY, request)).await.unwrap().into_inner()
}

fn letter(key: &str, occurred_at: &str) -> RegisterContactRequest {
    RegisterContactRequest {
        channel: Channel::Letter.into(),
        campaign: "trip-fars-1404".into(),
        scan_file: "0001.tif".into(),
        occurred_at: Some(timestamp(occurred_at.parse::<Timestamp>().unwrap())),
        ..request(key)
    }
}

#[tokio::test]
async fn a_campaign_is_stated_once_a_version() {
    let mut world = World::at("following").await;
    let (first, again) = (open(&mut world, trip()).await, open(&mut world, trip()).await);
    assert_eq!(first, again);
    assert!(!first.policy_known, "no policy of the trip was heard");
    let longer = Campaign { until_day: "2026-01-13".into(), ..trip() };
    assert_eq!(open(&mut world, longer).await.campaign.unwrap().version, 2);
    let opened = world.stated::<CampaignOpened>(2).await;
    assert_eq!(opened.iter().map(|fact| fact.version).collect::<Vec<_>>(), [1, 2]);
    let wrong = OpenCampaignRequest { campaign: Some(Campaign { programme: "سفر".into(), ..trip() }) };
    assert_eq!(world.campaigns.open_campaign(wrong).await.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test]
async fn contacts_belong_to_it_on_its_days_and_at_its_places_under_its_policy() {
    let mut world = World::at("following").await;
    let policy = |programme: &str, length_days| PolicyAdopted {
        policy: format!("p-{programme}"),
        version: 1,
        programme: programme.into(),
        length_days,
        valid_from: Some(timestamp(Timestamp::UNIX_EPOCH)),
        ..Default::default()
    };
    let policies = [envelope(&policy("", 15)), envelope(&policy("trip-fars-1404", 60))];
    world.bus.publish("deadline", &policies).await.unwrap();
    let patience = tokio::time::Instant::now() + PATIENCE;
    while !open(&mut world, trip()).await.policy_known {
        assert!(tokio::time::Instant::now() < patience, "the policy is not heard");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let before = at(LATER, letter("letter-0001", "2026-01-09T08:30:00Z"));
    let before = world.client.register_contact(before).await.unwrap_err();
    assert!(before.message().contains("campaign: is open from 2026-01-10 to 2026-01-12"), "{before}");
    let elsewhere = RegisterContactRequest { county: "lar".into(), ..letter("letter-0002", SECOND_DAY) };
    let elsewhere = world.client.register_contact(at(LATER, elsewhere)).await.unwrap_err();
    assert!(elsewhere.message().contains("is one of the counties shiraz"), "{elsewhere}");
    let unknown =
        RegisterContactRequest { campaign: "trip-yazd".into(), ..letter("letter-0003", SECOND_DAY) };
    assert!(
        world.client.register_contact(at(LATER, unknown)).await.unwrap_err().message().contains("no such")
    );
    let path = RegisterContactRequest { scan_file: "../x".into(), ..letter("letter-0004", SECOND_DAY) };
    assert!(
        world.client.register_contact(at(LATER, path)).await.unwrap_err().message().contains("scan_file")
    );

    let taken = world.client.register_contact(at(LATER, letter("letter-0005", SECOND_DAY))).await.unwrap();
    let case = world.stated::<CaseRegistered>(1).await.remove(0);
    assert_eq!(case.programme, "trip-fars-1404");
    let due_at = required_instant(taken.into_inner().due_at.as_ref()).unwrap();
    let days = due_at.duration_since(LATER.parse().unwrap()).as_hours() / 24;
    assert_eq!(days, 60, "by the trip's policy");
    assert_eq!(world.stated::<ContactRecorded>(1).await[0].campaign, "trip-fars-1404");
}

#[tokio::test]
async fn the_report_counts_what_the_trip_brought() {
    let mut world = World::at("following").await;
    open(&mut world, trip()).await;
    let advice = |key: &str| RegisterContactRequest {
        channel: Channel::Phone.into(),
        outcome: Outcome::Guidance.into(),
        guidance_rung: GuidanceRung::BeyondCapacity.into(),
        topic: "loans".into(),
        ..letter(key, SECOND_DAY)
    };
    for contact in [letter("letter-0001", SECOND_DAY), letter("letter-0002", SECOND_DAY), advice("call-0001")]
    {
        world.client.register_contact(at(LATER, contact.clone())).await.unwrap();
        world.client.register_contact(at(LATER, contact)).await.unwrap();
    }
    // Not of the trip.
    world.client.register_contact(at(LATER, request("call-0002"))).await.unwrap();
    let ask = GetCampaignReportRequest { campaign: "trip-fars-1404".into() };
    let report = world.campaigns.get_campaign_report(ask).await.unwrap().into_inner();
    assert_eq!((report.contacts, report.guidance, report.cases), (3, 1, 2));
    assert_eq!((report.answered, report.open), (0, 2));
    let tally = |of: &str, contacts| Tally { of: of.into(), contacts };
    assert_eq!(report.by_channel, [tally("letter", 2), tally("phone", 1)]);
    assert_eq!(report.by_topic, [tally("water", 2), tally("loans", 1)]);
    assert_eq!(report.by_rung, [tally("beyond_capacity", 1)]);
    assert_eq!(report.by_county, [tally("shiraz", 3)]);
    assert_eq!(report.by_kind, [tally("request", 3)]);
    let none = GetCampaignReportRequest { campaign: "trip-yazd".into() };
    assert_eq!(world.campaigns.get_campaign_report(none).await.unwrap_err().code(), Code::NotFound);
}
