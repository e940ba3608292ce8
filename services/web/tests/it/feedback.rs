//! Whether the answer solved the matter: by program, and on the citizen's page (rule 8).

use contracts::TrackingCode;
use serde_json::{Value, json};

use crate::intake::{ANSWERED, KNOWN};
use crate::world::World;

async fn post(world: &World, free: u64, body: Value) -> (u16, Value) {
    let url = world.url(&format!("/api/v1/cases/{}/feedback", TrackingCode::from_random(free)));
    let response = world.client.post(url).json(&body).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_program_says_so_and_hears_what_follows() {
    let world = World::new().await;
    let not_solved = json!({"verdict": "not_solved", "text": "باز هم\nتاریک است"});
    let (status, heard) = post(&world, ANSWERED, not_solved.clone()).await;
    assert_eq!((status, &heard["outcome"]), (200, &json!("reopened")));
    assert_eq!(post(&world, ANSWERED, json!({"verdict": "solved"})).await.1["outcome"], "kept");
    let (status, problem) = post(&world, KNOWN, not_solved.clone()).await;
    assert!(status == 409 && problem["detail"].as_str().unwrap().contains("not answered yet"), "{problem}");
    assert_eq!(post(&world, 1, not_solved).await.0, 404);
    let (status, problem) = post(&world, ANSWERED, json!({"verdict": "perhaps"})).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("verdict")));
    assert_eq!(post(&world, ANSWERED, json!({"verdict": "solved", "stars": 5})).await.0, 422);
    let document: Value = world.get("/api/v1/openapi.json").await.json().await.unwrap();
    assert!(
        document["paths"]["/api/v1/cases/{tracking_code}/feedback"]["post"]["responses"]["409"].is_object()
    );
    world.end().await;
}

#[tokio::test]
async fn the_citizen_is_asked_on_the_page_of_an_answered_case_only() {
    let world = World::new().await;
    let asked = "آیا مشکل شما حل شد؟";
    let (answered, open) = (TrackingCode::from_random(ANSWERED), TrackingCode::from_random(KNOWN));
    let page = world.post_form("/track", format!("code={answered}")).await.text().await.unwrap();
    assert!(page.contains(asked) && page.contains("چراغ تعویض شد") && page.contains("مهلت پاسخ"), "{page}");
    let page = world.post_form("/track", format!("code={open}")).await.text().await.unwrap();
    assert!(!page.contains(asked));
    // As a browser sends two lines.
    let text = "%D8%A8%D8%A7%D8%B2+%D9%87%D9%85%0D%0A%D8%AA%D8%A7%D8%B1%DB%8C%DA%A9+%D8%A7%D8%B3%D8%AA";
    let form = format!("code={answered}&verdict=not_solved&text={text}");
    let page = world.post_form("/track/feedback", form).await.text().await.unwrap();
    assert!(page.contains("دوباره باز شد و با گفتهٔ شما"), "{page}");
    let form = format!("code={open}&verdict=solved&text=");
    let page = world.post_form("/track/feedback?lang=en", form).await.text().await.unwrap();
    assert!(page.contains("Please call 111") && page.contains("The answer is overdue"), "{page}");
    let wrong = world.post_form("/track/feedback", "code=123&verdict=solved".to_owned()).await;
    assert_eq!(wrong.status(), 422);
    world.end().await;
}
