//! What agencies and the desk hold of a group's members ends with the lead's answer.

use contracts::intake::GroupAnswered;
use contracts::routing::{
    DeskItemOpened, ListDeskItemsRequest, ReferralAnswered, ReferralIssued, ReferralState,
};

use crate::scene::{Scene, word};

#[tokio::test]
async fn members_end_with_the_leads_answer_once_and_nothing_is_referred_again() {
    let mut scene = Scene::new().await;
    let referred = scene.register("water", "fasa", 1).await;
    let issued = scene.heard::<ReferralIssued>().await.0;
    let on_desk = scene.register("other", "fasa", 1).await;
    scene.heard::<DeskItemOpened>().await;
    let fact = GroupAnswered {
        lead_case_id: scene.clock.new_id().to_string(),
        province: "fars".into(),
        member_case_ids: vec![referred.clone(), on_desk.clone()],
        answer: "آبفا: وصل شد".into(),
        ..Default::default()
    };
    let heard: Vec<_> = (0..3).map(|_| scene.envelope(&fact)).collect();
    scene.bus.publish("intake", &heard).await.unwrap();
    let (answered, _) = scene.heard::<ReferralAnswered>().await;
    assert_eq!(
        (answered.case_id.as_str(), answered.referral_id),
        (referred.as_str(), issued.referral_id.clone())
    );
    assert_eq!((answered.text.as_str(), answered.round), ("آبفا: وصل شد", 1));
    assert_eq!(scene.names_until_marker().await, [""; 0], "three deliveries, one answer");
    assert_eq!(scene.referrals(&referred).await[0].state(), ReferralState::Answered);
    assert_eq!(word(&scene.act("fa-water", &scene.action(&issued.referral_id, 3)).await), "already_answered");
    let asked = ListDeskItemsRequest { province: "fars".into(), ..Default::default() };
    let items = scene.api.list_desk_items(asked).await.unwrap().into_inner().items;
    assert!(items.iter().all(|item| item.case_id != on_desk));
}
