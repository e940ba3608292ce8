use serde_json::json;

use crate::world::{World, leak};

#[tokio::test(flavor = "multi_thread")]
async fn from_a_call_to_an_answer() {
    let world = World::new().await;
    let (status, registered) = world.register(Some("story-0001"), &leak()).await;
    assert_eq!(status, 201, "{registered}");
    let code = registered["tracking_code"].as_str().unwrap();
    assert_eq!(code.len(), 10);
    assert!(registered["due_at"].is_string(), "fifteen days are promised: {registered}");

    let (again, same) = world.register(Some("story-0001"), &leak()).await;
    assert!((200..300).contains(&again));
    assert_eq!(same["case_id"], registered["case_id"], "the same key registers once");

    let figures = world.figures_when(|f| f["answered"] == 1).await;
    assert_eq!(figures["cases"], 1);
    assert_eq!(figures["referrals"], 1);
    assert_eq!(figures["on_time"], 1);
    assert_eq!(figures["notices_sent"], 3, "registered, referred, answered");
    assert_eq!(figures["dead_letters"], 0);

    let case = world.case(code).await;
    let text = case.to_string();
    assert!(
        !text.contains("0084575948") && !text.contains("09120000000") && !text.contains("آزمونی"),
        "{text}"
    );
    assert!(text.contains("آب و فاضلاب"), "the answer says who answered: {text}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_and_nothing_is_stored() {
    let world = World::new().await;
    let (status, problem) = world.register(None, &leak()).await;
    assert_eq!(status, 400, "{problem}");
    let mut wrong = leak();
    wrong["citizen"]["national_id"] = json!("0084575947");
    let (status, problem) = world.register(Some("story-0002"), &wrong).await;
    assert_eq!(status, 422, "{problem}");
    assert!(problem.to_string().contains("national_id"), "{problem}");
    let mut guided = leak();
    guided["outcome"] = json!("guidance");
    guided["guidance_rung"] = json!("information");
    guided["guidance_citation"] = json!("آیین‌نامهٔ خدمات مشترکین");
    let (status, answer) = world.register(Some("story-0003"), &guided).await;
    assert_eq!(status, 201, "{answer}");
    let figures = world.figures_when(|f| f["guidance"] == 1).await;
    assert_eq!((&figures["contacts"], &figures["cases"]), (&json!(1), &json!(0)));
    world.end().await;
}
