//! Closures, calendars and outages: the open clocks that they touch are moved, each once and with its reason.

use std::collections::{BTreeMap, HashSet};

use contracts::deadline::{
    AnnounceClosureRequest, CalendarAdopted, ChargeOutageRequest, ChargedTo, ClosureAnnounced,
    DeadlineBreached, DeadlineMet, DeadlineMoved, DeadlineSet, Holiday, ImportCalendarRequest,
    ListClosuresRequest, MoveCause, RevokeClosureRequest, RevokeOutageRequest,
};
use contracts::routing::ReferralIssued;
use contracts::timestamp;
use jiff::Timestamp;
use stage::patiently;
use tonic::Code;

use crate::world::{World, ago, answered, start};

const CLOSURE: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001";
const OUTAGE: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0002";
const DAY_H: i64 = 24;

/// Two days of dust in Fars, of which the second is today: 8 and 9 Mehr 1404.
fn dust() -> AnnounceClosureRequest {
    AnnounceClosureRequest {
        closure_id: CLOSURE.into(),
        province: "fars".into(),
        first_day: "2025-09-30".into(),
        last_day: "2025-10-01".into(),
        reason_fa: "گرد و غبار".into(),
    }
}

/// Where each clock's due moment stands by the facts, in seconds.
async fn dues(world: &World) -> BTreeMap<String, i64> {
    let seconds = |due: Option<prost_types::Timestamp>| due.map_or(0, |due| due.seconds);
    let set = world.told::<DeadlineSet>().await;
    let mut dues: BTreeMap<_, _> = set.into_iter().map(|s| (s.referral_id, seconds(s.due_at))).collect();
    for moved in world.told::<DeadlineMoved>().await {
        let before = dues.insert(moved.referral_id, seconds(moved.due_at));
        assert_eq!(before, Some(seconds(moved.due_before)), "each move goes on where the one before ended");
    }
    dues
}

async fn until_moved(world: &mut World) {
    let ask = ListClosuresRequest::default();
    patiently("clocks are left to move", async || {
        let listed = world.api.clone().list_closures(ask.clone()).await.unwrap().into_inner().closures;
        listed.iter().all(|closure| closure.parts_left == 0).then_some(())
    })
    .await;
}

fn due_in(issued_at: Timestamp, days: i64) -> i64 {
    issued_at.as_second() + days * DAY_H * 3_600
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closure_announced_late_moves_what_it_touches_and_a_revoked_one_moves_it_back() {
    let mut world = World::new(2).await;
    let (open, breached, elsewhere, done) = (
        world.issued(ago(14 * DAY_H)),
        world.issued(ago(15 * DAY_H + 3)),
        ReferralIssued { province: "tehran".into(), ..world.issued(ago(14 * DAY_H)) },
        world.issued(ago(14 * DAY_H)),
    );
    world.say(&[open.clone(), breached.clone(), elsewhere.clone(), done.clone()]).await;
    world.say(&[answered(&done, start())]).await;
    world.until::<DeadlineBreached>(1).await;
    world.until::<DeadlineMet>(1).await;

    let told = world.api.announce_closure(dust()).await.unwrap().into_inner();
    assert!(!told.known && world.api.announce_closure(dust()).await.unwrap().into_inner().known);
    let other = AnnounceClosureRequest { last_day: "2025-10-02".into(), ..dust() };
    assert_eq!(world.api.announce_closure(other).await.unwrap_err().code(), Code::AlreadyExists);
    until_moved(&mut world).await;

    let moved = world.told::<DeadlineMoved>().await;
    let ids: HashSet<_> = moved.iter().map(|m| m.referral_id.clone()).collect();
    assert_eq!(ids, HashSet::from([open.referral_id.clone(), breached.referral_id.clone()]));
    for m in &moved {
        assert_eq!((m.cause(), m.cause_id.as_str()), (MoveCause::Closure, CLOSURE));
        assert!(
            m.reason_fa.contains("۸ مهر ۱۴۰۴ تا ۹ مهر ۱۴۰۴") && m.reason_fa.contains("گرد و غبار"),
            "{m:?}"
        );
        assert_eq!(m.breach_withdrawn, m.referral_id == breached.referral_id);
    }
    let now = dues(&world).await;
    assert_eq!(now[&open.referral_id], due_in(ago(14 * DAY_H), 17));
    assert_eq!(now[&breached.referral_id], due_in(ago(15 * DAY_H + 3), 17));
    assert_eq!(now[&elsewhere.referral_id], due_in(ago(14 * DAY_H), 15));
    assert_eq!(world.told::<ClosureAnnounced>().await.len(), 1);

    let revoke =
        RevokeClosureRequest { closure_id: CLOSURE.into(), reason_fa: "اشتباه در ثبت".into() };
    assert!(!world.api.revoke_closure(revoke.clone()).await.unwrap().into_inner().known);
    assert!(world.api.revoke_closure(revoke).await.unwrap().into_inner().known);
    until_moved(&mut world).await;
    let now = dues(&world).await;
    assert_eq!(now[&open.referral_id], due_in(ago(14 * DAY_H), 15));
    assert_eq!(now[&breached.referral_id], due_in(ago(15 * DAY_H + 3), 15));
    // Its due moment lies behind again: that is a breach of its own.
    world.until::<DeadlineBreached>(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_issued_while_closures_are_announced_none_is_forgotten_and_none_moved_twice() {
    let mut world = World::new(3).await;
    let issued: Vec<_> = (0..3_000).map(|n| world.issued(ago(n % (13 * DAY_H)))).collect();
    let days = ["2025-10-03", "2025-10-05", "2025-10-04"];
    for (place, some) in issued.chunks(1_000).enumerate() {
        world.say(some).await;
        let closure_id = CLOSURE.replace("0001", &format!("1{place:03}"));
        let (first_day, last_day) = (days[place].to_owned(), days[place].to_owned());
        world
            .api
            .announce_closure(AnnounceClosureRequest { closure_id, first_day, last_day, ..dust() })
            .await
            .unwrap();
    }
    world.until_quiet().await;
    until_moved(&mut world).await;
    let now = dues(&world).await;
    assert_eq!(now.len(), issued.len());
    let tehran = jalali::Tehran::new().unwrap();
    for referral in &issued {
        let at = contracts::required_instant(referral.issued_at.as_ref()).unwrap();
        let (mut due, mut left) = (tehran.zoned(at), 15);
        while left > 0 {
            due = due.tomorrow().unwrap();
            left -= i32::from(!days.contains(&due.date().to_string().as_str()));
        }
        assert_eq!(now[&referral.referral_id], due.timestamp().as_second(), "{at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_of_broken_delivery_are_given_back_and_taken_back_with_the_charge() {
    let mut world = World::new(1).await;
    let (ours, others) =
        (world.issued(ago(48)), ReferralIssued { agency: "fars_gas".into(), ..world.issued(ago(48)) });
    world.say(&[ours.clone(), others.clone()]).await;
    world.until::<DeadlineSet>(2).await;
    let charge = ChargeOutageRequest {
        outage_id: OUTAGE.into(),
        agency: ours.agency.clone(),
        from_at: Some(timestamp(ago(20))),
        until_at: Some(timestamp(ago(14))),
        to: ChargedTo::System.into(),
        reason_fa: "قطع ارتباط با سامانه".into(),
    };
    let citizens = ChargeOutageRequest { to: ChargedTo::Citizen.into(), ..charge.clone() };
    assert_eq!(world.api.charge_outage(citizens).await.unwrap_err().code(), Code::InvalidArgument);
    assert!(!world.api.charge_outage(charge.clone()).await.unwrap().into_inner().known);
    assert!(world.api.charge_outage(charge).await.unwrap().into_inner().known);
    let moved = world.until::<DeadlineMoved>(1).await;
    assert_eq!(moved[0].cause(), MoveCause::Outage);
    assert_eq!(dues(&world).await[&ours.referral_id], due_in(ago(48), 15) + 6 * 3_600);

    let revoke = RevokeOutageRequest { outage_id: OUTAGE.into(), reason_fa: "اشتباه".into() };
    assert!(!world.api.revoke_outage(revoke).await.unwrap().into_inner().known);
    world.until::<DeadlineMoved>(2).await;
    let now = dues(&world).await;
    assert_eq!(now[&ours.referral_id], due_in(ago(48), 15));
    assert_eq!(now[&others.referral_id], due_in(ago(48), 15));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holiday_put_right_moves_the_clocks_that_count_working_days_only() {
    let mut world = World::new(2).await;
    let working = ReferralIssued { programme: "arbitration".into(), ..world.issued(start()) };
    let calendar = world.issued(start());
    world.say(&[working.clone(), calendar.clone()]).await;
    world.until::<DeadlineSet>(2).await;
    let before = dues(&world).await;
    // Thursday 10 Mehr 1404 becomes a holiday; Friday is one every week.
    let holiday = Holiday { day: "2025-10-02".into(), name_fa: "تعطیل رسمی".into() };
    let (first_day, last_day) = (holiday.day.clone(), holiday.day.clone());
    let import = ImportCalendarRequest { first_day, last_day, holidays: vec![holiday], weeks: Vec::new() };
    let answer = world.api.import_calendar(import.clone()).await.unwrap().into_inner();
    assert_eq!((answer.holidays_added, answer.holidays_removed), (1, 0));
    assert_eq!(world.api.import_calendar(import).await.unwrap().into_inner().holidays_added, 0);
    let moved = world.until::<DeadlineMoved>(1).await;
    assert_eq!((moved[0].cause(), &moved[0].referral_id), (MoveCause::Calendar, &working.referral_id));
    let now = dues(&world).await;
    assert_eq!(before[&working.referral_id], due_in(start(), 1));
    assert_eq!(now[&working.referral_id], due_in(start(), 3));
    assert_eq!(now[&calendar.referral_id], before[&calendar.referral_id]);
    assert_eq!(world.told::<CalendarAdopted>().await.len(), 2, "the built-in one and this");
}
