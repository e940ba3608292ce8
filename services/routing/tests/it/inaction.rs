//! A complaint of inaction reaches the agency that did nothing, whatever rules say (rules 3 and 6).

use contracts::intake::CaseRegistered;
use contracts::routing::{DeskItemOpened, ReferralIssued};

use crate::scene::{Scene, word};

/// Complains of `about_agency`'s inaction, heard three times.
async fn complain(scene: &Scene, about_agency: &str, about_manager_agency: &str) -> String {
    let case_id = scene.clock.new_id().to_string();
    let fact = CaseRegistered {
        case_id: case_id.clone(),
        province: "fars".into(),
        county: "fasa".into(),
        // A rule gives it to fa-water.
        topic: "water".into(),
        statement: "پانزده روز گذشت و کاری نشد".into(),
        programme: "inaction".into(),
        about_agency: about_agency.into(),
        about_manager_agency: about_manager_agency.into(),
        ..Default::default()
    };
    let heard: Vec<_> = (0..3).map(|_| scene.envelope(&fact)).collect();
    scene.bus.publish("intake", &heard).await.unwrap();
    case_id
}

#[tokio::test]
async fn it_goes_to_who_held_the_referral_and_does_not_come_back() {
    let mut scene = Scene::new().await;
    // fa-water returned the case, fa-water-shiraz had it then.
    let case_id = complain(&scene, "fa-water-shiraz", "").await;
    let (issued, _) = scene.heard::<ReferralIssued>().await;
    assert_eq!((issued.case_id.as_str(), issued.agency.as_str()), (case_id.as_str(), "fa-water-shiraz"));
    let act =
        async |kind| word(&scene.act("fa-water-shiraz", &scene.action(&issued.referral_id, kind)).await);
    assert_eq!(act(4).await, "ruled_by_arbiter");
    // Nothing stops its clock, and nothing lengthens it.
    let extension =
        contracts::agency::ActionPublished { extension_days: 1, ..scene.action(&issued.referral_id, 5) };
    assert_eq!(word(&scene.act("fa-water-shiraz", &extension).await), "no_more_extensions");
    assert_eq!(act(3).await, "recorded");
    assert_eq!(scene.referrals(&case_id).await.len(), 1);
}

#[tokio::test]
async fn a_manager_who_is_complained_of_does_not_get_it_and_a_stranger_goes_to_the_desk() {
    let mut scene = Scene::new().await;
    complain(&scene, "fa-water-shiraz", "fa-water-shiraz").await;
    assert_eq!(scene.heard::<ReferralIssued>().await.0.agency, "fa-governor");
    let case_id = complain(&scene, "fa-nobody", "").await;
    let (item, _) = scene.heard::<DeskItemOpened>().await;
    assert!(item.case_id == case_id && item.reason.contains("عدم اقدام"), "{}", item.reason);
}
