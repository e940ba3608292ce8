//! What is adopted for a later day changes nothing before it, and closures and holidays close a centre (rules 1 and 7).

use contracts::deadline::{CalendarAdopted, ClosureAnnounced, ClosureRevoked};
use contracts::intake::{
    DeskPolicy, GetHoursRequest, GetHoursResponse, HoursKind, HoursRule, ImportDeskRulesRequest,
    RecordVoicemailRequest, TakeItemRequest, VoicemailReason,
};
use contracts::{required_instant, timestamp};
use intake::desk_file;
use jiff::{SignedDuration, Timestamp};
use tonic::Request;

use crate::world::{PATIENCE, World, envelope};

/// Saturday 3 January 2026, 09:30 in Tehran.
const SATURDAY: &str = "2026-01-03T06:00:00Z";
/// The Monday after, as early.
const MONDAY: &str = "2026-01-05T06:00:00Z";

fn at<T>(moment: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("samad-at", moment.parse().unwrap());
    request
}

async fn opened() -> World {
    let mut world = World::at("following").await;
    import(&mut world, desk_file::shipped().unwrap()).await;
    world
}

async fn import(world: &mut World, rules: ImportDeskRulesRequest) {
    world.work_list.import_desk_rules(at(SATURDAY, rules)).await.unwrap();
}

async fn hours(world: &mut World, moment: &str) -> GetHoursResponse {
    let ask = GetHoursRequest { province: "fars".into(), ..Default::default() };
    world.work_list.get_hours(at(moment, ask)).await.unwrap().into_inner()
}

/// The hours at a moment, once the centre is open or closed as it must become.
async fn hours_when(world: &mut World, moment: &str, open: bool) -> GetHoursResponse {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let hours = hours(world, moment).await;
        if hours.open == open {
            return hours;
        }
        assert!(tokio::time::Instant::now() < deadline, "stays {hours:?}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

fn usual(opens_at: &str, from_day: &str) -> HoursRule {
    HoursRule {
        rule: "usual".into(),
        kind: HoursKind::Usual.into(),
        weekdays: vec![6, 7, 1, 2, 3],
        opens_at: opens_at.into(),
        closes_at: "14:30".into(),
        from_day: from_day.into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn hours_and_a_policy_for_next_week_leave_todays_in_force() {
    let mut world = opened().await;
    let mut policy = DeskPolicy { lease_minutes: 5, ..desk_file::shipped().unwrap().policies.remove(0) };
    policy.valid_from = Some(timestamp("2026-01-04T20:30:00Z".parse().unwrap()));
    let later =
        ImportDeskRulesRequest { hours: vec![usual("10:00", "2026-01-05")], policies: vec![policy.clone()] };
    import(&mut world, later).await;
    assert!(hours(&mut world, SATURDAY).await.open, "the centre answers from 07:30 until then");
    assert!(!hours(&mut world, MONDAY).await.open, "from 10:00 on from then");

    let call = RecordVoicemailRequest {
        call_id: "c-1".into(),
        province: "fars".into(),
        received_at: Some(timestamp(SATURDAY.parse().unwrap())),
        ..Default::default()
    };
    world.work_list.record_voicemail(at(SATURDAY, call)).await.unwrap();
    for (moment, minutes) in [(SATURDAY, 30), (MONDAY, 5)] {
        let ask = TakeItemRequest { operator: "a".into(), province: "fars".into(), ..Default::default() };
        let item = world.work_list.take_item(at(moment, ask)).await.unwrap().into_inner().item.unwrap();
        let until = moment.parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes);
        assert_eq!(required_instant(item.lease_until.as_ref()).unwrap(), until, "the lease of {moment}");
    }

    // What had not begun is replaced as a whole: the later beginning was a mistake.
    import(
        &mut world,
        ImportDeskRulesRequest { hours: vec![usual("10:00", "2026-01-07")], policies: vec![] },
    )
    .await;
    assert!(hours(&mut world, MONDAY).await.open);
    assert!(!hours(&mut world, "2026-01-07T06:00:00Z").await.open);
}

#[tokio::test]
async fn closures_and_holidays_that_deadline_states_close_the_centre() {
    let mut world = opened().await;
    assert!(hours(&mut world, MONDAY).await.open);
    let snow = ClosureAnnounced {
        closure_id: "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0041".into(),
        province: "fars".into(),
        first_day: "2026-01-05".into(),
        last_day: "2026-01-05".into(),
        reason_fa: "برف".into(),
        ..Default::default()
    };
    world.bus.publish("deadline", &[envelope(&snow)]).await.unwrap();
    let closed = hours_when(&mut world, MONDAY, false).await;
    let tuesday = timestamp("2026-01-06T04:00:00Z".parse().unwrap());
    assert_eq!((closed.reason_fa.as_str(), closed.until), ("برف", Some(tuesday)));
    let call = RecordVoicemailRequest {
        call_id: "c-1".into(),
        province: "fars".into(),
        received_at: Some(timestamp(MONDAY.parse().unwrap())),
        ..Default::default()
    };
    let kept = world.work_list.record_voicemail(at(MONDAY, call)).await.unwrap().into_inner();
    assert_eq!((kept.reason(), kept.opens_at), (VoicemailReason::Closure, Some(tuesday)));

    // Its day is named: the centre answers in spite of the snow.
    let named = HoursRule {
        rule: "monday".into(),
        until_day: "2026-01-05".into(),
        weekdays: Vec::new(),
        ..usual("09:00", "2026-01-05")
    };
    import(&mut world, ImportDeskRulesRequest { hours: vec![named], policies: vec![] }).await;
    assert!(hours(&mut world, MONDAY).await.open);

    let holiday = CalendarAdopted {
        version: 2,
        first_day: "2025-03-21".into(),
        last_day: "2026-03-20".into(),
        holidays: vec!["2026-01-06".into()],
        ..Default::default()
    };
    let revoked = ClosureRevoked {
        closure_id: snow.closure_id.clone(),
        province: snow.province.clone(),
        first_day: snow.first_day.clone(),
        last_day: snow.last_day.clone(),
        ..Default::default()
    };
    world.bus.publish("deadline", &[envelope(&holiday), envelope(&revoked)]).await.unwrap();
    let closed = hours_when(&mut world, "2026-01-06T06:00:00Z", false).await;
    assert_eq!(closed.reason_fa, "تعطیل رسمی");
}
