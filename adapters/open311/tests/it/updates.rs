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
