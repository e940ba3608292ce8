//! An answer is drawn, its citizen is called back, and the word counts (rule 8).

use contracts::agency::ActionKind;
use contracts::routing::ImportRulingPoliciesRequest;
use serde_json::json;

use crate::a_referral_is_ruled::{act, referral, slow_line};
use crate::installation::eventually;
use crate::office::{field, post, signed_in, token};
use crate::staff_walk::staffed;

#[tokio::test(flavor = "multi_thread")]
async fn rule_8_whoever_got_an_answer_is_called_back_and_the_word_counts() {
    let world = staffed().await;
    let mut policies = routing::rulings_file::built_in().unwrap();
    policies.iter_mut().for_each(|policy| policy.callback_per_mille = 1_000);
    world.doors.rulings().import_ruling_policies(ImportRulingPoliciesRequest { policies }).await.unwrap();
    let case_id = slow_line(&world, "walk-called-back").await;
    let first = referral(&world, &case_id, 1).await;
    let answer = "کابل محله عوض شد و خط‌ها اکنون پایدار هستند.";
    let (_, verdict) = act(&world, &first, ActionKind::Answer, answer).await;
    assert!(verdict.recorded, "{verdict:?}");

    let operator = token(&world, "operator.ea").await;
    let in_hand = eventually("the call-back is in the operator's hand", async || {
        let (_, taken) = post(&world, "/api/v1/work-list/next", &operator, &json!({})).await;
        Some(taken["item"].clone()).filter(|item| !item.is_null())
    })
    .await;
    assert_eq!(in_hand["callback"]["answer"], answer, "{in_hand}");
    let path = format!("/api/v1/work-list/{}/follow-up", in_hand["item_id"].as_str().unwrap());
    let (status, refused) = post(&world, &path, &operator, &json!({"no_contact_reason": "پاسخ نداد"})).await;
    assert_eq!(status, 422, "a call-back is no recorded call: {refused}");

    let browser = signed_in(&world, "operator.ea").await;
    let form = field(&browser.page("/staff/work").await, "form").to_owned();
    let page = browser.post("/staff/work/take", &[("form", &form)]).await.text().await.unwrap();
    assert!(page.contains(answer) && !page.contains("/staff/work/register"), "{page}");
    let fields = [
        ("form", form.as_str()),
        ("item", field(&page, "item")),
        ("word", "solved"),
        ("statement", "بله، وصل است."),
    ];
    let called = browser.post("/staff/work/called", &fields).await;
    assert_eq!(called.headers()["location"], "/staff/work?said=done");
    let code = in_hand["callback"]["tracking_code"].as_str().unwrap();
    assert_eq!(world.case(code).await["feedback"], "solved");
    world.end().await;
}
