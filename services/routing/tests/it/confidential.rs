//! A complaint about an agency's manager never enters that agency's queue (domain rule 9).

use contracts::intake::CaseRegistered;
use contracts::routing::{AssignDeskItemRequest, DeskItemOpened, ReferralIssued};
use tonic::Code;

use crate::scene::{Scene, word};

async fn complain(scene: &Scene, about: &str) -> String {
    let case_id = scene.clock.new_id().to_string();
    let fact = CaseRegistered {
        case_id: case_id.clone(),
        province: "fars".into(),
        county: "fasa".into(),
        // A rule gives it to fa-water.
        topic: "water".into(),
        statement: "مدیر پول خواست".into(),
        about_manager_agency: about.into(),
        confidential: true,
        ..Default::default()
    };
    scene.bus.publish("intake", &[scene.envelope(&fact)]).await.unwrap();
    case_id
}

#[tokio::test]
async fn it_goes_past_the_agency_to_its_supervisor_and_never_back() {
    let mut scene = Scene::new().await;
    let case_id = complain(&scene, "fa-water").await;
    let (issued, _) = scene.heard::<ReferralIssued>().await;
    assert_eq!((issued.case_id.as_str(), issued.agency.as_str()), (case_id.as_str(), "fa-governor"));
    let returned = scene.action(&issued.referral_id, 4);
    assert_eq!(word(&scene.act("fa-governor", &returned).await), "recorded");
    let (item, _) = scene.heard::<DeskItemOpened>().await;
    assert!(item.reason.contains("بالادست"), "{}", item.reason);
    let assign = |agency: &str| AssignDeskItemRequest { case_id: case_id.clone(), agency: agency.into() };
    let status = scene.api.assign_desk_item(assign("fa-water")).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    scene.api.assign_desk_item(assign("fa-water-shiraz")).await.unwrap();
    assert_eq!(scene.heard::<ReferralIssued>().await.0.agency, "fa-water-shiraz");
}

#[tokio::test]
async fn where_nobody_stands_above_a_person_decides() {
    let mut scene = Scene::new().await;
    let case_id = complain(&scene, "fa-governor").await;
    assert_eq!(scene.heard::<DeskItemOpened>().await.0.case_id, case_id);
    assert!(scene.referrals(&case_id).await.is_empty());
}
