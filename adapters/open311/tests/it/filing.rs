//! From a referral to a request, once, whatever is lost on the way.

use contracts::agency::ActionKind;
use open311::{Format, Updates};

use crate::city::value;
use crate::world::World;

#[tokio::test]
async fn a_referral_is_filed_and_answered_in_either_notation() {
    for format in [Format::Xml, Format::Json] {
        let world = World::new().await;
        let adapter = world.adapter(format, Updates::Requests).await;
        let referral = world.issue("waste.bin").await;
        let (id, filed) = world.filed(referral).await;
        assert_eq!(
            (value(&filed, "service_code"), value(&filed, "address_string")),
            ("101", "شیراز، خیابان زند")
        );
        assert!(value(&filed, "description").starts_with("سطل زباله & میز <شکسته> است\n"), "{filed:?}");
        assert_eq!((value(&filed, "first_name"), value(&filed, "phone")), ("", ""), "nothing of the citizen");
        world.city.with(|books| books.statuses = vec![(id.clone(), "open", "گروه اعزام شد")]);
        world.advance(60);
        assert_eq!(world.hub.action(referral, ActionKind::Progress).await.text, "گروه اعزام شد");
        world.city.with(|books| books.statuses = vec![(id, "closed", "سطل نو گذاشته شد")]);
        world.advance(60);
        assert_eq!(world.hub.action(referral, ActionKind::Answer).await.text, "سطل نو گذاشته شد");
        adapter.stop().await;
        assert_eq!(world.hub.actions(referral).len(), 3, "accepted, progress and answer, once each");
    }
}

#[tokio::test]
async fn a_lost_answer_files_nothing_twice() {
    let world = World::new().await;
    world.city.with(|books| books.lose = 1);
    let adapter = world.adapter(Format::Json, Updates::Requests).await;
    let referral = world.issue("boats").await;
    let (id, filed) = world.filed(referral).await;
    assert_eq!(value(&filed, "service_code"), "999");
    world.city.with(|books| books.statuses = vec![(id, "closed", "انجام شد")]);
    world.advance(60);
    world.hub.action(referral, ActionKind::Answer).await;
    adapter.stop().await;
    assert_eq!(world.city.with(|books| books.filed.len()), 1);
}

#[tokio::test]
async fn a_token_is_followed_also_by_the_next_process() {
    let world = World::new().await;
    world.city.with(|books| books.tokens = true);
    let adapter = world.adapter(Format::Xml, Updates::Requests).await;
    let referral = world.issue("light").await;
    let (id, _) = world.filed(referral).await;
    adapter.stop().await;
    world.city.with(|books| books.statuses = vec![(id, "closed", "چراغ تعویض شد")]);
    let adapter = world.adapter(Format::Xml, Updates::Requests).await;
    assert_eq!(world.hub.action(referral, ActionKind::Answer).await.text, "چراغ تعویض شد");
    adapter.stop().await;
    assert_eq!(world.city.with(|books| books.filed.len()), 1);
}

#[tokio::test]
async fn a_request_that_the_endpoint_forgot_hides_no_other() {
    let world = World::new().await;
    let adapter = world.adapter(Format::Xml, Updates::Requests).await;
    let (first, second) = (world.issue("waste").await, world.issue("light").await);
    let ((forgotten, _), (id, _)) = (world.filed(first).await, world.filed(second).await);
    world.city.with(|books| {
        books.forgotten = forgotten;
        books.statuses = vec![(id, "closed", "چراغ تعویض شد")];
    });
    world.advance(60);
    assert_eq!(world.hub.action(second, ActionKind::Answer).await.text, "چراغ تعویض شد");
    adapter.stop().await;
}
