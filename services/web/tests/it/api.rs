//! REST: what is registered, and what every refusal looks like.

use contracts::TrackingCode;
use reqwest::Response;
use serde_json::{Value, json};

use crate::intake::KNOWN;
use crate::world::World;

fn contact(topic: &str) -> Value {
    json!({
        "channel": "phone", "centre": "fars", "kind": "request", "topic": topic, "text": "چراغ کوچه خاموش است",
        "place": "شیراز", "outcome": "register",
        "citizen": {"name": "مریم", "national_id": "0012345679", "phone": "09121234567"},
    })
}

async fn post(world: &World, body: String) -> Response {
    let request = world.client.post(world.url("/api/v1/contacts")).header("content-type", "application/json");
    request.header("idempotency-key", "key-of-this-call").body(body).send().await.unwrap()
}

async fn problem(response: Response, status: u16) -> Value {
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["status"], status);
    problem
}

#[tokio::test]
async fn a_contact_is_registered_and_its_centre_names_the_province() {
    let world = World::new().await;
    let response = post(&world, contact("municipal").to_string()).await;
    assert_eq!(response.status(), 201);
    let made: Value = response.json().await.unwrap();
    assert_eq!(made["contact_id"], "fars|fars|key-of-this-call");
    assert_eq!(made["due_at"], "2025-10-12T08:00:00Z");
    let mut guided = contact("municipal");
    guided["outcome"] = json!("guidance");
    guided["guidance_rung"] = json!("beyond_capacity");
    let made: Value = post(&world, guided.to_string()).await.json().await.unwrap();
    assert_eq!(made["case_id"], Value::Null);
    world.end().await;
}

#[tokio::test]
async fn each_refusal_of_intake_is_a_problem_of_its_own() {
    let world = World::new().await;
    let bad = problem(post(&world, contact("bad").to_string()).await, 422).await;
    let expected = json!([
        {"field": "citizen.national_id", "detail": "the check digit is wrong"},
        {"field": "Idempotency-Key", "detail": "8 to 128 characters"},
    ]);
    assert_eq!(bad["errors"], expected);
    let reused = problem(post(&world, contact("reused").to_string()).await, 422).await;
    assert_eq!(reused["type"], "urn:samad:problem:idempotency-key-reused");
    let again = problem(post(&world, contact("again").to_string()).await, 409).await;
    assert_eq!(again["type"], "urn:samad:problem:same-matter");
    assert!(!again.to_string().contains("1234567897"), "whoever asks may be anyone: {again}");
    let mut reasoned = contact("again");
    reasoned["new_case_reason"] = json!("خانهٔ دیگری است");
    assert_eq!(post(&world, reasoned.to_string()).await.status(), 201);
    let busy = post(&world, contact("busy").to_string()).await;
    assert_eq!(busy.headers()["retry-after"], "1");
    problem(busy, 503).await;
    let broken = problem(post(&world, contact("broken").to_string()).await, 500).await;
    assert!(!broken.to_string().contains("relation"), "inner words stay inside: {broken}");
    world.end().await;
}

#[tokio::test]
async fn what_cannot_be_a_contact_is_refused_here() {
    let world = World::new().await;
    let url = world.url("/api/v1/contacts");
    let keyless = world.client.post(&url).header("content-type", "application/json").body("{}").send().await;
    problem(keyless.unwrap(), 400).await;
    let plain = world.client.post(&url).header("idempotency-key", "12345678").body("{}").send().await;
    problem(plain.unwrap(), 415).await;
    problem(post(&world, "{\"channel\":".to_owned()).await, 400).await;
    problem(post(&world, "{}".to_owned()).await, 422).await;
    problem(post(&world, "x".repeat(64 * 1024 + 1)).await, 413).await;
    let mut unknown = contact("municipal");
    unknown["channel"] = json!("telex");
    unknown["kind"] = json!("unspecified");
    let errors = problem(post(&world, unknown.to_string()).await, 422).await["errors"].clone();
    assert_eq!(errors[0]["field"], "channel");
    assert_eq!(errors[1]["field"], "kind");
    problem(world.get("/api/v1/contacts").await, 405).await;
    problem(world.get("/api/v1/nothing").await, 404).await;
    world.end().await;
}

#[tokio::test]
async fn a_case_shows_its_way_and_nothing_of_the_citizen() {
    let world = World::new().await;
    let code = TrackingCode::from_random(KNOWN).to_string();
    let response = world.get(&format!("/api/v1/cases/{code}")).await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    let text = response.text().await.unwrap();
    assert!(!text.contains("planted-statement") && !text.contains("001****789"), "{text}");
    let case: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(case["state"], "accepted");
    assert_eq!(case["kind"], "complaint");
    assert_eq!(case["stages"][2], json!({"stage": "accepted", "reached": true}));
    assert_eq!(case["stages"][3], json!({"stage": "answered", "reached": false}));
    assert_eq!(case["holders"][0]["agency"], "shiraz-municipality");
    problem(world.get("/api/v1/cases/123").await, 400).await;
    problem(world.get(&format!("/api/v1/cases/{}", TrackingCode::from_random(1))).await, 404).await;
    world.end().await;
}

#[tokio::test]
async fn the_document_is_openapi_3_1_and_names_both_resources() {
    let world = World::alone().await;
    let document: Value = world.get("/api/v1/openapi.json").await.json().await.unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    assert!(document["paths"]["/api/v1/contacts"]["post"]["responses"]["422"].is_object());
    assert!(document["paths"]["/api/v1/cases/{tracking_code}"]["get"].is_object());
    assert!(document["paths"]["/api/v1/attendance"]["get"]["responses"]["200"].is_object());
    assert!(document["paths"]["/api/v1/contacts"]["post"]["responses"]["429"].is_object());
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    let named: Vec<&str> =
        text.split("\"#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(named.len() > 100 && named.contains(&"Problem"), "{named:?}");
    assert!(named.iter().all(|name| schemas.contains_key(*name)), "what is referred to is described");
    world.end().await;
}

#[tokio::test]
async fn the_staffs_routes_ask_for_a_token() {
    let world = World::alone().await;
    let document: Value = world.get("/api/v1/openapi.json").await.json().await.unwrap();
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, described) in methods.as_object().unwrap() {
            // No token is needed where none is named, or where none is one of the ways.
            let ways = described["security"].as_array();
            if ways.is_none_or(|ways| ways.contains(&json!({}))) {
                continue;
            }
            assert!(described["responses"]["401"].is_object(), "{method} {path}");
            let url = world.url(&path.replace("{year}", "1404").replace(['{', '}'], ""));
            let request = world.client.request(method.to_uppercase().parse().unwrap(), url);
            problem(request.json(&json!({})).send().await.unwrap(), 401).await;
            asked += 1;
        }
    }
    assert!(asked > 40, "{asked}");
    world.end().await;
}

#[tokio::test]
async fn readiness_follows_intake() {
    let (world, alone) = (World::new().await, World::alone().await);
    world.until_status("/readyz", 200).await;
    assert_eq!(alone.get("/readyz").await.status(), 503);
    assert_eq!(alone.get("/healthz").await.status(), 200);
    let busy = post(&alone, contact("municipal").to_string()).await;
    problem(busy, 503).await;
    world.end().await;
    alone.end().await;
}
