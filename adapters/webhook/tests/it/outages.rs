//! Endpoints that fail, are overloaded or gone, and an adapter that is started again.

use contracts::agency::ActionKind;
use contracts::json::PROTOBUF;
use jiff::SignedDuration;

use stage::patiently;

use crate::world::World;

/// The published schedule, in seconds, and the first of the days after it.
const WAITS_S: [i64; 10] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, 86_400];

#[tokio::test]
async fn a_failing_endpoint_is_tried_by_the_schedule_also_after_a_restart() {
    let world = World::new().await;
    world.receiver.answer([(500, ""); WAITS_S.len()]);
    let mut adapter = world.adapter().await;
    let referral = world.hub.issue("gas", "بوی گاز می‌آید", PROTOBUF).await;
    for (tries, wait_s) in (1..).zip(WAITS_S) {
        let posted = world.posted(tries).await;
        // A restart in between loses no try and makes none.
        adapter.stop().await;
        assert!(world.hub.actions(referral).is_empty(), "not accepted before it is taken");
        adapter = world.adapter().await;
        world.advance(wait_s - 1);
        world.advance(1);
        let next = world.posted(tries + 1).await;
        assert_eq!(next[tries].at.duration_since(posted[tries - 1].at), SignedDuration::from_secs(wait_s));
        assert_eq!((&next[tries].id, &next[tries].body), (&posted[0].id, &posted[0].body));
    }
    world.hub.action(referral, ActionKind::Accepted).await;
    world.until_delivered().await;
    adapter.stop().await;
}

#[tokio::test]
async fn an_overloaded_endpoint_is_left_alone_for_as_long_as_it_asks() {
    let world = World::new().await;
    world.receiver.answer([(429, "60")]);
    let adapter = world.adapter().await;
    world.hub.issue("gas", "بوی گاز می‌آید", PROTOBUF).await;
    world.until_failed().await;
    let busy_at = world.posted(1).await[0].at;
    let other = world.hub.issue("gas", "کنتور خراب است", PROTOBUF).await;
    world.hub.until_pulled().await;
    assert_eq!(world.waiting().len(), 2);
    world.advance(59);
    world.advance(1);
    let posted = world.posted(3).await;
    let pauses: Vec<_> =
        posted[1..].iter().map(|posted| posted.at.duration_since(busy_at).as_secs()).collect();
    assert_eq!(pauses, [60, 60], "neither the message nor another is sent before");
    assert!(posted[1..].iter().any(|posted| posted.event()["subject"] == other.to_string()));
    world.until_delivered().await;
    adapter.stop().await;
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_left_alone_until_somebody_says_otherwise() {
    let world = World::new().await;
    world.receiver.answer([(410, "")]);
    let adapter = world.adapter().await;
    let ready = async |status| {
        patiently("readiness", async || (adapter.readiness().await == status).then_some(())).await;
    };
    ready(200).await;
    let referral = world.hub.issue("gas", "بوی گاز می‌آید", PROTOBUF).await;
    ready(503).await;
    assert!(world.disabled().exists());
    adapter.stop().await;
    let adapter = world.adapter().await;
    world.hub.issue("gas", "کنتور خراب است", PROTOBUF).await;
    world.advance(3 * 86_400);
    assert!(world.disabled().exists() && world.hub.actions(referral).is_empty());
    assert_eq!(world.receiver.posted().len(), 1);
    std::fs::remove_file(world.disabled()).unwrap();
    let posted = world.posted(3).await;
    assert_eq!(posted[1].id, posted[0].id, "nothing was lost meanwhile");
    world.until_delivered().await;
    adapter.stop().await;
}

#[tokio::test]
async fn a_damaged_message_stops_neither_the_others_nor_the_process() {
    let world = World::new().await;
    world.receiver.answer([(500, "")]);
    let adapter = world.adapter().await;
    world.hub.issue("gas", "بوی گاز می‌آید", PROTOBUF).await;
    world.until_failed().await;
    world.damage("no message");
    world.advance(5);
    world.until_delivered().await;
    let other = world.hub.issue("gas", "کنتور خراب است", PROTOBUF).await;
    assert_eq!(world.posted(2).await[1].event()["subject"], other.to_string());
    world.until_delivered().await;
    adapter.stop().await;
}
