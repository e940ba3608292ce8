//! Several agencies on one case: by a rule, or added by a person (rule 4).

use contracts::routing::{
    ArbitrationAsked, ReferCaseRequest, ReferralAdded, ReferralAnswered, ReferralIssued, Rule,
};
use tonic::Code;

use crate::scene::{Scene, catalogue, word};

#[tokio::test]
async fn a_rule_refers_to_all_that_it_names_and_each_return_counts() {
    let mut scene = Scene::empty().await;
    let mut import = catalogue();
    import.rules[0].also = vec!["fa-governor".into()];
    let unknown = Rule { also: vec!["nobody".into()], ..import.rules[0].clone() };
    let mut bad = import.clone();
    bad.rules[0] = unknown;
    let refused = scene.api.import_catalogue(bad).await.unwrap_err();
    assert!(refused.message().contains("rules[0].also"), "{refused}");
    scene.api.import_catalogue(import).await.unwrap();

    let case_id = scene.register("water", "fasa", 2).await;
    let (first, _) = scene.heard::<ReferralIssued>().await;
    let (second, _) = scene.heard::<ReferralIssued>().await;
    let agencies = [first.agency.as_str(), second.agency.as_str()];
    assert_eq!((agencies, first.round, second.round), (["fa-water", "fa-governor"], 1, 1));
    // Both return at once: no round is used twice, and the second return is the arbiter's.
    let (one, two) = (scene.action(&first.referral_id, 4), scene.action(&second.referral_id, 4));
    let (one, two) = tokio::join!(scene.act("fa-water", &one), scene.act("fa-governor", &two));
    for verdict in [one, two] {
        assert_eq!(word(&verdict), "recorded");
    }
    let (asked, _) = scene.heard::<ArbitrationAsked>().await;
    assert_eq!((asked.case_id, asked.round), (case_id, 3));
}

#[tokio::test]
async fn a_person_adds_an_agency_once() {
    let mut scene = Scene::new().await;
    let case_id = scene.register("water", "fasa", 1).await;
    let (issued, _) = scene.heard::<ReferralIssued>().await;
    let add = |case: &str, agency: &str| ReferCaseRequest {
        case_id: case.into(),
        agency: agency.into(),
        reason: "بخشی از کار با آن است".into(),
        added_by: "desk-3".into(),
    };
    let held = scene.rulings.refer_case(add(&case_id, "fa-water")).await.unwrap().into_inner();
    assert_eq!(held.referral_id, issued.referral_id);
    let added = scene.rulings.refer_case(add(&case_id, "fa-governor")).await.unwrap().into_inner();
    let again = scene.rulings.refer_case(add(&case_id, "fa-governor")).await.unwrap().into_inner();
    assert_eq!(added, again);
    let (beside, _) = scene.heard::<ReferralIssued>().await;
    assert_eq!((&beside.referral_id, beside.round), (&added.referral_id, 1));
    assert_eq!(scene.heard::<ReferralAdded>().await.0.reason, "بخشی از کار با آن است");

    for (agency, referral) in [("fa-water", &issued.referral_id), ("fa-governor", &added.referral_id)] {
        assert_eq!(word(&scene.act(agency, &scene.action(referral, 3)).await), "recorded");
        assert_eq!(&scene.heard::<ReferralAnswered>().await.0.referral_id, referral);
    }
    let late = scene.rulings.refer_case(add(&case_id, "fa-water-shiraz")).await.unwrap_err();
    assert_eq!(late.code(), Code::FailedPrecondition);
    let unknown = scene.clock.new_id().to_string();
    let unknown = scene.rulings.refer_case(add(&unknown, "fa-water")).await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
}

#[tokio::test]
async fn who_returned_a_case_is_not_added_again() {
    let mut scene = Scene::new().await;
    let case_id = scene.register("water", "shiraz", 1).await;
    let (first, _) = scene.heard::<ReferralIssued>().await;
    assert_eq!(word(&scene.act("fa-water-shiraz", &scene.action(&first.referral_id, 4)).await), "recorded");
    let request = ReferCaseRequest {
        case_id,
        agency: "fa-water-shiraz".into(),
        reason: "باز هم".into(),
        added_by: "desk-3".into(),
    };
    assert_eq!(scene.rulings.refer_case(request).await.unwrap_err().code(), Code::FailedPrecondition);
}
