//! Rules 8 and 9 through the whole system: asked whether an answer solved the matter, and kept from the agency
//! complained of.

use contracts::routing::ListReferralsRequest;
use serde_json::{Value, json};

use crate::world::{World, leak};

async fn say(world: &World, code: &str, body: Value) -> (u16, Value) {
    let url = world.url(&format!("/api/v1/cases/{code}/feedback"));
    let answer = world.http.post(url).header("content-type", "application/json").body(body.to_string());
    let answer = answer.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_8_not_solved_goes_back_to_the_agency_and_is_answered_again() {
    let world = World::new().await;
    let (_, registered) = world.register(Some("story-0801"), &leak()).await;
    let (code, case_id) =
        (registered["tracking_code"].as_str().unwrap(), registered["case_id"].as_str().unwrap());
    world.figures_when(|f| f["answered"] == 1).await;
    let not_solved = json!({"verdict": "not_solved", "text": "هنوز از زیر آسفالت آب می‌آید"});
    let (status, heard) = say(&world, code, not_solved.clone()).await;
    assert_eq!((status, &heard["outcome"]), (200, &json!("reopened")));

    let figures = world.figures_when(|f| f["answered"] == 1 && f["referrals"] == 2).await;
    assert_eq!(
        (&figures["reopened"], &figures["not_solved"], &figures["open"]),
        (&json!(1), &json!(1), &json!(0))
    );
    assert_eq!(figures["notices_sent"], 6, "registered, referred, answered, reopened, referred, answered");
    assert_eq!(figures["dead_letters"], 0);
    let asked = ListReferralsRequest { case_id: case_id.to_owned() };
    let referrals = world.doors.routing().list_referrals(asked).await.unwrap().into_inner().referrals;
    let rounds: Vec<(u32, &str)> = referrals.iter().map(|r| (r.round, r.agency.as_str())).collect();
    assert_eq!(rounds, [(1, referrals[0].agency.as_str()), (2, referrals[0].agency.as_str())]);

    let again = json!({"verdict": "not_solved", "text": "هنوز از زیر آسفالت آب می‌آید", "answer": 1});
    assert_eq!(say(&world, code, again).await.1, heard, "the same word on the same answer is one word");
    let (status, heard) = say(&world, code, json!({"verdict": "solved", "answer": 2})).await;
    assert_eq!((status, &heard["outcome"]), (200, &json!("kept")));
    let shown = world.case(code).await;
    assert_eq!((&shown["reopenings"], &shown["feedback"]), (&json!(1), &json!("solved")));
    assert_eq!(world.figures_when(|f| f["solved"] == 1).await["cases"], 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_9_a_complaint_about_a_manager_goes_past_that_agency() {
    let world = World::new().await;
    let mut complaint = leak();
    complaint["kind"] = json!("complaint");
    complaint["about_manager_agency"] = json!("ea-water");
    complaint["text"] = json!("آزمون آزمونی هستم، 09120000000؛ مدیر برای انشعاب پول خواست.");
    let (status, registered) = world.register(Some("story-0901"), &complaint).await;
    assert_eq!(status, 201, "{registered}");
    world.figures_when(|f| f["referrals"] == 1).await;
    let case_id = registered["case_id"].as_str().unwrap().to_owned();
    let asked = ListReferralsRequest { case_id };
    let referrals = world.doors.routing().list_referrals(asked).await.unwrap().into_inner().referrals;
    assert_eq!(referrals.iter().map(|r| r.agency.as_str()).collect::<Vec<_>>(), ["ea-inspection"]);
    world.end().await;
}
