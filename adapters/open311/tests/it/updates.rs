//! The extension for updates, both ways.

use contracts::agency::{ActionKind, ActionPublished};
use open311::{Format, Updates};
use stage::patiently;

use crate::city::{Fields, fields, value};
use crate::world::World;

fn update(number: &str, request: &str, status: &str, at: &str, text: &str) -> Fields {
    fields(&[
        ("update_id", number),
        ("service_request_id", request),
        ("status", status),
        ("updated_datetime", at),
        ("description", text),
        ("media_url", ""),
    ])
}

#[tokio::test]
async fn updates_are_read_by_windows_and_each_counts_once() {
    for format in [Format::Xml, Format::Json] {
        let world = World::new().await;
        let adapter = world.adapter(format, Updates::Extension).await;
        let (first, second) = (world.issue("waste").await, world.issue("light").await);
        let (waste, _) = world.filed(first).await;
        let (light, _) = world.filed(second).await;
        let seen = |books: &mut crate::city::Books| books.windows.len();
        world.city.with(|books| {
            books.windows.clear();
            // Newest first, as some servers list them, and one of a stranger's request.
            books.updates = vec![
                update("u3", &waste, "FIXED", "2025-10-01T08:03:00+03:30", "سطل & میز نو شد"),
                update("u2", &light, "NOT_COUNCILS_RESPONSIBILITY", "2025-10-01T08:02:00+03:30", "برق است"),
                update("u1", &waste, "IN_PROGRESS", "2025-10-01T08:01:00+03:30", ""),
                update("u0", "no request of ours", "FIXED", "2025-10-01T08:00:00+03:30", ""),
            ];
        });
        world.advance(300);
        assert_eq!(world.hub.action(first, ActionKind::Answer).await.text, "سطل & میز نو شد");
        assert_eq!(world.hub.action(second, ActionKind::Returned).await.text, "برق است");
        world.advance(300);
        patiently("the next window is read", async || (world.city.with(seen) >= 2).then_some(())).await;
        adapter.stop().await;
        let kinds: Vec<_> = world.hub.actions(first).iter().map(ActionPublished::kind).collect();
        assert_eq!(
            kinds,
            [ActionKind::Accepted, ActionKind::Progress, ActionKind::Answer],
            "in their order, once"
        );

        let windows = world.city.with(|books| books.windows.clone());
        let moment = |text: &String| text.parse::<jiff::Timestamp>().unwrap();
        assert!(windows.windows(2).all(|two| moment(&two[1].0) < moment(&two[0].1)), "no gap: {windows:?}");
    }
}

#[tokio::test]
async fn the_endpoint_is_told_that_a_citizen_withdrew() {
    let world = World::new().await;
    let adapter = world.adapter(Format::Xml, Updates::Extension).await;
    let referral = world.issue("waste").await;
    let (id, _) = world.filed(referral).await;
    world.hub.withdraw(referral).await;
    let told = patiently("it is told", async || world.city.with(|books| books.told.first().cloned())).await;
    let said = (value(&told, "service_request_id"), value(&told, "status"), value(&told, "description"));
    assert_eq!(said, (id.as_str(), "CANCELLED", "مشکل حل شد"));
    adapter.stop().await;
}

#[tokio::test]
async fn an_answer_that_is_given_back_opens_the_request_again() {
    let world = World::new().await;
    let adapter = world.adapter(Format::Json, Updates::Extension).await;
    let referral = world.issue("waste").await;
    let (id, _) = world.filed(referral).await;
    let fixed = |number, text| update(number, &id, "FIXED", "2025-10-01T08:01:00+03:30", text);
    world.city.with(|books| books.updates = vec![fixed("u1", "به شهرداری مراجعه کنید")]);
    world.advance(300);
    world.until_written(referral, "answered").await;
    world.hub.give_back(referral).await;
    let told = patiently("it is told", async || world.city.with(|books| books.told.first().cloned())).await;
    assert_eq!((value(&told, "service_request_id"), value(&told, "status")), (id.as_str(), "REOPEN"));
    assert!(value(&told, "description").contains("پاسخ داده نشده"), "{told:?}");
    world.until_written(referral, "reopened").await;
    world.city.with(|books| books.updates.push(fixed("u2", "سطل نو گذاشته شد")));
    world.advance(300);
    let answered = async || {
        let answers = world.hub.actions(referral).into_iter().filter(|a| a.kind() == ActionKind::Answer);
        Some(answers.map(|action| action.text).collect::<Vec<_>>()).filter(|texts| texts.len() > 1)
    };
    let texts = patiently("it is answered again", answered).await;
    assert_eq!(texts, ["به شهرداری مراجعه کنید", "سطل نو گذاشته شد"]);
    adapter.stop().await;
}

#[tokio::test]
async fn a_withdrawal_waits_for_the_id_of_a_request_that_has_none_yet() {
    let world = World::new().await;
    world.city.with(|books| (books.tokens, books.pending) = (true, true));
    let adapter = world.adapter(Format::Xml, Updates::Extension).await;
    let referral = world.issue("waste").await;
    let (id, _) = world.filed(referral).await;
    world.until_written(referral, "token").await;
    world.hub.withdraw(referral).await;
    world.city.with(|books| books.pending = false);
    world.advance(60);
    let told = patiently("it is told", async || world.city.with(|books| books.told.first().cloned())).await;
    assert_eq!((value(&told, "service_request_id"), value(&told, "status")), (id.as_str(), "CANCELLED"));
    adapter.stop().await;
}
