//! What one address may ask for.

use std::num::NonZeroU32;

use contracts::TrackingCode;
use reqwest::Response;
use serde_json::Value;
use web::Limits;

use crate::intake::KNOWN;
use crate::world::World;

fn wait_s(response: &Response) -> u64 {
    response.headers()["retry-after"].to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn who_guesses_codes_is_sent_away_from_every_door() {
    let world =
        World::limited(Limits { misses_per_hour: NonZeroU32::new(3).unwrap(), ..Limits::default() }).await;
    let guess = |number: u64| format!("/api/v1/cases/{}", TrackingCode::from_random(number));
    for number in 1..=3 {
        assert_eq!(world.get(&guess(number)).await.status(), 404);
    }
    let refused = world.get(&guess(4)).await;
    assert_eq!(refused.status(), 429);
    assert!((1_000..=1_201).contains(&wait_s(&refused)), "a third of an hour: {}", wait_s(&refused));
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(problem["type"], "urn:samad:problem:too-many-requests");
    // A right code is refused, too: otherwise the answer would tell which guesses are right.
    assert_eq!(world.get(&guess(KNOWN)).await.status(), 429);
    let page = world.post_form("/track", format!("code={}", TrackingCode::from_random(KNOWN))).await;
    assert_eq!(page.status(), 429);
    assert!(wait_s(&page) > 0);
    assert!(page.text().await.unwrap().contains("دیگر دوباره تلاش کنید"));
    world.end().await;
}

#[tokio::test]
async fn codes_that_cannot_be_and_codes_that_are_cost_no_guess() {
    let world =
        World::limited(Limits { misses_per_hour: NonZeroU32::new(1).unwrap(), ..Limits::default() }).await;
    let known = format!("/api/v1/cases/{}", TrackingCode::from_random(KNOWN));
    for _ in 0..5 {
        assert_eq!(world.get("/api/v1/cases/123").await.status(), 400);
        assert_eq!(world.get("/api/v1/cases/1234567890").await.status(), 404);
        assert_eq!(world.get(&known).await.status(), 200);
    }
    world.end().await;
}

#[tokio::test]
async fn registrations_and_look_ups_share_a_budget_and_pages_have_none() {
    let limits = Limits { requests_per_minute: NonZeroU32::new(2).unwrap(), ..Limits::default() };
    let world = World::limited(limits).await;
    let known = format!("/api/v1/cases/{}", TrackingCode::from_random(KNOWN));
    assert_eq!(world.get(&known).await.status(), 200);
    let contact = || world.client.post(world.url("/api/v1/contacts")).send();
    assert_eq!(contact().await.unwrap().status(), 400);
    let refused = contact().await.unwrap();
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
    assert!((1..=31).contains(&wait_s(&refused)));
    // The header is written by the caller: without proxies of ours it is not believed.
    let dressed =
        world.client.get(world.url(&known)).header("x-forwarded-for", "198.51.100.7").send().await.unwrap();
    assert_eq!(dressed.status(), 429);
    assert_eq!(world.get("/track").await.status(), 200);
    world.end().await;
}

#[tokio::test]
async fn behind_a_proxy_each_citizen_has_a_budget() {
    let one = NonZeroU32::MIN;
    let world = World::limited(Limits { requests_per_minute: one, proxies: 1, ..Limits::default() }).await;
    let known = world.url(&format!("/api/v1/cases/{}", TrackingCode::from_random(KNOWN)));
    for (seen_by_proxy, status) in
        [("198.51.100.7", 200), ("198.51.100.7", 429), ("spoofed, 198.51.100.7", 429), ("203.0.113.9", 200)]
    {
        let request = world.client.get(&known).header("x-forwarded-for", seen_by_proxy);
        assert_eq!(request.send().await.unwrap().status(), status, "{seen_by_proxy}");
    }
    world.end().await;
}
