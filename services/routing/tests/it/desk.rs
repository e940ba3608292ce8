//! What no rule decides waits for a person.

use contracts::routing::{AssignDeskItemRequest, DeskItemOpened, ListDeskItemsRequest, ReferralIssued};
use tonic::Code;

use crate::scene::{Scene, word};

#[tokio::test]
async fn a_person_decides_what_no_rule_does_and_only_once() {
    let mut scene = Scene::new().await;
    let first = scene.register("other", "", 2).await;
    assert_eq!(scene.heard::<DeskItemOpened>().await.0.case_id, first);
    let second = scene.register("dragons", "", 1).await;
    assert_eq!(scene.heard::<DeskItemOpened>().await.0.case_id, second);

    let page = ListDeskItemsRequest { province: "fars".into(), page_size: 1, ..Default::default() };
    let oldest = scene.api.list_desk_items(page.clone()).await.unwrap().into_inner();
    assert_eq!(oldest.items.iter().map(|i| i.case_id.as_str()).collect::<Vec<_>>(), [first.as_str()]);
    let matter = oldest.items[0].matter.clone().unwrap();
    assert_eq!(matter.topic, "other");
    assert!(
        !matter.statement.is_empty() && !matter.confidential,
        "whoever decides reads what it is about: {matter:?}"
    );
    let next = ListDeskItemsRequest { page_token: oldest.next_page_token, province: String::new(), ..page };
    let next = scene.api.list_desk_items(next).await.unwrap().into_inner();
    assert_eq!(next.items.iter().map(|i| i.case_id.as_str()).collect::<Vec<_>>(), [second.as_str()]);

    let assign =
        |case: &str, agency: &str| AssignDeskItemRequest { case_id: case.into(), agency: agency.into() };
    let refused = scene.api.assign_desk_item(assign(&first, "nobody")).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let assigned = scene.api.assign_desk_item(assign(&first, "fa-governor")).await.unwrap().into_inner();
    let (issued, _) = scene.heard::<ReferralIssued>().await;
    assert_eq!((&issued.referral_id, issued.agency.as_str()), (&assigned.referral_id, "fa-governor"));
    let again = scene.api.assign_desk_item(assign(&first, "fa-water")).await.unwrap_err();
    assert_eq!(again.code(), Code::FailedPrecondition);
    let unknown = scene.clock.new_id().to_string();
    let unknown = scene.api.assign_desk_item(assign(&unknown, "fa-water")).await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
}

#[tokio::test]
async fn what_no_rule_is_left_for_goes_to_the_desk_after_one_return() {
    let mut scene = Scene::new().await;
    let case_id = scene.register("water", "fasa", 1).await;
    let (first, _) = scene.heard::<ReferralIssued>().await;
    let mut action = scene.action(&first.referral_id, 4);
    action.suggested_agency = "fa-governor".into();
    assert_eq!(word(&scene.act("fa-water", &action).await), "recorded");
    let (opened, _) = scene.heard::<DeskItemOpened>().await;
    assert_eq!((opened.case_id, opened.round), (case_id.clone(), 2));
    assert!(opened.reason.contains("استانداری فارس"), "{}", opened.reason);
    let assign = AssignDeskItemRequest { case_id: case_id.clone(), agency: "fa-governor".into() };
    scene.api.assign_desk_item(assign).await.unwrap();
    let rounds: Vec<_> =
        scene.referrals(&case_id).await.iter().map(|r| (r.round, r.agency.clone())).collect();
    assert_eq!(rounds, [(1, "fa-water".to_owned()), (2, "fa-governor".to_owned())]);
}
