//! A case whose answer did not solve the matter goes round again (domain rule 8).

use contracts::intake::{CaseReopened, ReopenedTo};
use contracts::routing::{ArbitrationAsked, ReferralAnswered, ReferralIssued};

use crate::scene::{Scene, word};

async fn answered(scene: &mut Scene) -> (String, String) {
    let case_id = scene.register("water", "fasa", 1).await;
    let referral = scene.heard::<ReferralIssued>().await.0.referral_id;
    let answer = scene.action(&referral, 3);
    assert_eq!(word(&scene.act("fa-water", &answer).await), "recorded");
    scene.heard::<ReferralAnswered>().await;
    (case_id, referral)
}

async fn reopen(scene: &Scene, case_id: &str, referral: &str, reopening: u32, to: ReopenedTo) {
    let fact = CaseReopened {
        case_id: case_id.into(),
        province: "fars".into(),
        reopening,
        to: to.into(),
        referral_ids: vec![referral.into()],
        statement: "آب هنوز قطع است".into(),
        ..Default::default()
    };
    // Heard three times, as messages that the broker cannot tell for repeats.
    let heard: Vec<_> = (0..3).map(|_| scene.envelope(&fact)).collect();
    scene.bus.publish("intake", &heard).await.unwrap();
}

#[tokio::test]
async fn it_goes_back_once_to_the_agency_that_answered_with_the_citizens_words_then_to_the_arbiter() {
    let mut scene = Scene::new().await;
    let (case_id, first) = answered(&mut scene).await;
    reopen(&scene, &case_id, &first, 1, ReopenedTo::SameAgencies).await;
    let (again, _) = scene.heard::<ReferralIssued>().await;
    assert_eq!(
        (again.case_id.as_str(), again.agency.as_str(), again.round),
        (case_id.as_str(), "fa-water", 2)
    );
    assert_ne!(again.referral_id, first);
    assert!(again.statement.starts_with("آب کوچه از دیشب قطع است"), "{}", again.statement);
    assert!(again.statement.ends_with("شهروند پس از پاسخ پیشین: آب هنوز قطع است"), "{}", again.statement);
    assert_eq!(scene.names_until_marker().await, [""; 0], "three deliveries, one round");
    assert_eq!(word(&scene.act("fa-water", &scene.action(&again.referral_id, 3)).await), "recorded");

    reopen(&scene, &case_id, &again.referral_id, 2, ReopenedTo::Arbiter).await;
    let (asked, _) = scene.heard::<ArbitrationAsked>().await;
    assert_eq!((asked.case_id.as_str(), asked.round), (case_id.as_str(), 3));
    assert!(asked.reason.contains("داور استان"));
    assert_eq!(scene.names_until_marker().await, [""; 0]);
    assert_eq!(scene.referrals(&case_id).await.len(), 2);
}
