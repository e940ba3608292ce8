//! What a citizen adds to a case reaches whoever has it, and whoever gets it later.

use contracts::intake::CaseAmended;
use contracts::routing::{GetReferralRequest, ListDeskItemsRequest, ReferralAmended, ReferralIssued};

use crate::agency_calls;
use crate::scene::{Scene, word};

const ADDED: &str = "آب کوچهٔ بالا هم قطع شد";

/// Said three times, as messages that the broker cannot tell for repeats.
async fn amend(scene: &Scene, case_id: &str) -> String {
    let fact = CaseAmended {
        case_id: case_id.into(),
        contact_id: scene.clock.new_id().to_string(),
        province: "fars".into(),
        topic: "water".into(),
        statement: ADDED.into(),
        ..Default::default()
    };
    let heard: Vec<_> = (0..3).map(|_| scene.envelope(&fact)).collect();
    scene.bus.publish("intake", &heard).await.unwrap();
    fact.contact_id
}

#[tokio::test]
async fn who_has_the_case_is_told_once_in_its_format_and_who_gets_it_next_reads_it() {
    let mut scene = Scene::new().await;
    let case_id = scene.register("water", "shiraz", 1).await;
    let (issued, _) = scene.heard::<ReferralIssued>().await;
    let amendment = amend(&scene, &case_id).await;
    let (told, envelope) = scene.heard::<ReferralAmended>().await;
    assert_eq!((&told.referral_id, &told.agency), (&issued.referral_id, &issued.agency));
    assert_eq!((told.amendment_id, told.statement.as_str()), (amendment, ADDED));
    assert_eq!(envelope.content_type, contracts::json::JSON, "as its agency reads");
    assert_eq!(scene.names_until_marker().await, [""; 0], "three deliveries, one addition");
    let (agency, referral_id) = (issued.agency.clone(), issued.referral_id.clone());
    let mut own = agency_calls::agency(&scene, &agency);
    let asked = own.get_referral(GetReferralRequest { agency, referral_id });
    let shown = asked.await.unwrap().into_inner().issued.unwrap();
    assert!(shown.statement.ends_with(ADDED), "its own program reads it, too: {}", shown.statement);

    let returned = scene.action(&issued.referral_id, 4);
    assert_eq!(word(&scene.act("fa-water-shiraz", &returned).await), "recorded");
    let (next, _) = scene.heard::<ReferralIssued>().await;
    assert_eq!(next.agency, "fa-water");
    assert_eq!(next.statement, format!("آب کوچه از دیشب قطع است\n\nشهروند افزود: {ADDED}"));
}

#[tokio::test]
async fn at_the_desk_it_is_read_and_of_an_answered_case_nobody_is_told() {
    let mut scene = Scene::new().await;
    let on_desk = scene.register("other", "", 1).await;
    let answered = scene.register("water", "fasa", 1).await;
    let (issued, _) = scene.heard::<ReferralIssued>().await;
    assert_eq!(word(&scene.act("fa-water", &scene.action(&issued.referral_id, 3)).await), "recorded");
    amend(&scene, &on_desk).await;
    amend(&scene, &answered).await;
    assert!(!scene.names_until_marker().await.contains(&"referral_amended".to_owned()));
    let items = scene.api.list_desk_items(ListDeskItemsRequest::default()).await.unwrap().into_inner().items;
    let item = items.into_iter().find(|item| item.case_id == on_desk).unwrap();
    assert!(item.matter.unwrap().statement.ends_with(ADDED));
}
