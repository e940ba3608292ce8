//! After the second return the provincial arbiter rules, and the ruling may become a rule (rule 4).

use contracts::routing::{
    ArbitrationAsked, ArbitrationRuled, ArbitrationWithdrawn, GetReturnFiguresRequest,
    ListArbitrationsRequest, ReferralIssued, ReferralReturned, RuleArbitrationRequest,
};
use tonic::Code;

use crate::scene::{Scene, word};

/// A case of Shiraz that two agencies returned.
async fn returned_twice(scene: &mut Scene) -> (String, ArbitrationAsked) {
    let case_id = scene.register("water", "shiraz", 1).await;
    let (first, _) = scene.heard::<ReferralIssued>().await;
    let returned = scene.act("fa-water-shiraz", &scene.action(&first.referral_id, 4)).await;
    assert_eq!(word(&returned), "recorded");
    assert_eq!(scene.heard::<ReferralReturned>().await.0.round, 1);
    let (second, _) = scene.heard::<ReferralIssued>().await;
    assert_eq!((second.agency.as_str(), second.round), ("fa-water", 2));
    assert_ne!(second.pseudonym, first.pseudonym);
    let mut action = scene.action(&second.referral_id, 4);
    action.suggested_agency = "fa-governor".into();
    assert_eq!(word(&scene.act("fa-water", &action).await), "recorded");
    assert_eq!(word(&scene.act("fa-water", &scene.action(&second.referral_id, 3)).await), "already_returned");
    let (asked, _) = scene.heard::<ArbitrationAsked>().await;
    (case_id, asked)
}

fn ruling(asked: &ArbitrationAsked, agency: &str, becomes_rule: bool) -> RuleArbitrationRequest {
    RuleArbitrationRequest {
        arbitration_id: asked.arbitration_id.clone(),
        agency: agency.into(),
        reason: "خط لوله در مالکیت آن است".into(),
        becomes_rule,
        ruled_by: "arbiter.fars".into(),
    }
}

#[tokio::test]
async fn the_arbiter_overrules_not_ours_once_and_it_cannot_be_returned_again() {
    let mut scene = Scene::new().await;
    let (case_id, asked) = returned_twice(&mut scene).await;
    assert_eq!((&asked.case_id, asked.round, asked.tried.len()), (&case_id, 3, 2));
    assert!(asked.reason.contains("۲ بار") && asked.reason.contains("استانداری فارس"), "{}", asked.reason);
    let open = ListArbitrationsRequest { province: "fars".into(), ..Default::default() };
    let listed = scene.rulings.list_arbitrations(open.clone()).await.unwrap().into_inner().arbitrations;
    assert_eq!(listed.iter().map(|a| &a.arbitration_id).collect::<Vec<_>>(), [&asked.arbitration_id]);

    let nobody = scene.rulings.rule_arbitration(ruling(&asked, "nobody", false)).await.unwrap_err();
    assert_eq!(nobody.code(), Code::InvalidArgument);
    let first = scene.rulings.rule_arbitration(ruling(&asked, "fa-water", false)).await.unwrap().into_inner();
    let again = scene.rulings.rule_arbitration(ruling(&asked, "fa-water", false)).await.unwrap().into_inner();
    assert_eq!(first, again);
    let other = scene.rulings.rule_arbitration(ruling(&asked, "fa-governor", false)).await.unwrap_err();
    assert_eq!(other.code(), Code::FailedPrecondition);
    let (issued, _) = scene.heard::<ReferralIssued>().await;
    assert_eq!((issued.referral_id.as_str(), issued.round), (first.referral_id.as_str(), 3));
    let (ruled, _) = scene.heard::<ArbitrationRuled>().await;
    assert_eq!((ruled.agency.as_str(), &ruled.referral_id), ("fa-water", &first.referral_id));
    assert!(scene.rulings.list_arbitrations(open).await.unwrap().into_inner().arbitrations.is_empty());

    let returned = scene.act("fa-water", &scene.action(&first.referral_id, 4)).await;
    assert_eq!(word(&returned), "ruled_by_arbiter");
    assert_eq!(word(&scene.act("fa-water", &scene.action(&first.referral_id, 3)).await), "recorded");
    assert_eq!(scene.names_until_marker().await, ["action_refused", "referral_answered"]);

    let figures = scene.rulings.get_return_figures(GetReturnFiguresRequest::default()).await.unwrap();
    let figures = figures.into_inner();
    let of: Vec<_> =
        figures.agencies.iter().map(|f| (f.agency.as_str(), f.referrals, f.returned, f.overruled)).collect();
    assert_eq!(of, [("fa-water", 2, 1, 1), ("fa-water-shiraz", 1, 1, 0)]);
    assert_eq!((figures.arbitrations, figures.became_rules), (1, 0));
}

#[tokio::test]
async fn a_ruling_may_become_the_rule_of_its_topic_and_place() {
    let mut scene = Scene::new().await;
    let (_, asked) = returned_twice(&mut scene).await;
    scene.rulings.rule_arbitration(ruling(&asked, "fa-governor", true)).await.unwrap();
    assert!(scene.heard::<ArbitrationRuled>().await.0.became_rule);
    scene.register("water", "shiraz", 1).await;
    assert_eq!(scene.heard::<ReferralIssued>().await.0.agency, "fa-governor");
    scene.register("water", "fasa", 1).await;
    assert_eq!(scene.heard::<ReferralIssued>().await.0.agency, "fa-water");
}

#[tokio::test]
async fn who_withdraws_needs_no_arbiter() {
    let mut scene = Scene::new().await;
    let (case_id, asked) = returned_twice(&mut scene).await;
    scene.withdraw(&case_id, 2).await;
    assert_eq!(scene.heard::<ArbitrationWithdrawn>().await.0.arbitration_id, asked.arbitration_id);
    let late = scene.rulings.rule_arbitration(ruling(&asked, "fa-water", false)).await.unwrap_err();
    assert_eq!(late.code(), Code::FailedPrecondition);
    assert_eq!(scene.names_until_marker().await, [""; 0]);
}
