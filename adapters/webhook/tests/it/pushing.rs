//! The way of a message when all goes well.

use contracts::agency::ActionKind;
use contracts::json::{JSON, PROTOBUF};

use crate::world::World;

#[tokio::test]
async fn a_referral_is_posted_signed_and_accepted() {
    let world = World::new().await;
    let adapter = world.adapter().await;
    for (count, format) in [(1, PROTOBUF), (2, JSON)] {
        let referral = world.hub.issue("gas", "بوی گاز می‌آید", format).await;
        let posted = world.posted(count).await.pop().unwrap();
        assert!(posted.is_signed(&world.secrets[0]));
        assert_eq!(posted.content_type, "application/cloudevents+json");
        let event = posted.event();
        assert_eq!((&event["id"], &event["subject"]), (&posted.id.into(), &referral.to_string().into()));
        assert_eq!(event["type"], "samad.routing.v1.ReferralIssued");
        assert_eq!(event["data"]["statement"], "بوی گاز می‌آید");
        world.hub.action(referral, ActionKind::Accepted).await;
        world.until_delivered().await;
    }
    adapter.stop().await;
    assert_eq!(world.receiver.posted().len(), 2, "once each");
}

#[tokio::test]
async fn while_a_secret_is_changed_messages_are_signed_under_both() {
    let mut world = World::new().await;
    let (former, next) = (world.secrets[0].clone(), signature::Secret::spelling(&[2; 32]));
    for (count, secrets) in
        [(1, vec![former.clone()]), (2, vec![next.clone(), former.clone()]), (3, vec![next.clone()])]
    {
        world.secrets.clone_from(&secrets);
        let adapter = world.adapter().await;
        world.hub.issue("gas", "بوی گاز می‌آید", PROTOBUF).await;
        let posted = world.posted(count).await.pop().unwrap();
        for secret in [&former, &next] {
            assert_eq!(posted.is_signed(secret), secrets.contains(secret), "{count}");
        }
        world.until_delivered().await;
        adapter.stop().await;
    }
}

#[tokio::test]
async fn the_facts_of_one_referral_come_one_after_the_other() {
    let world = World::new().await;
    world.receiver.answer([(500, "")]);
    let adapter = world.adapter().await;
    let referral = world.hub.issue("gas", "بوی گاز می‌آید", PROTOBUF).await;
    world.until_failed().await;
    world.hub.withdraw(referral).await;
    let other = world.hub.issue("gas", "کنتور خراب است", PROTOBUF).await;
    let posted = world.posted(2).await;
    assert_eq!(posted[1].event()["subject"], other.to_string(), "another is not kept waiting");
    world.hub.until_pulled().await;
    world.advance(5);
    let posted = world.posted(4).await;
    let types: Vec<_> = posted[2..].iter().map(|posted| posted.event()["type"].clone()).collect();
    assert_eq!(types, ["samad.routing.v1.ReferralIssued", "samad.routing.v1.ReferralWithdrawn"]);
    assert_eq!(posted[0].id, posted[2].id, "the same message bears the same id");
    world.until_delivered().await;
    adapter.stop().await;
}
