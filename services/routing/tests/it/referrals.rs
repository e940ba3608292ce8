//! From a registered case to the agency that a rule names.

use contracts::json::{JSON, PROTOBUF};
use contracts::routing::{ReferralIssued, ReferralState};

use crate::scene::Scene;

#[tokio::test]
async fn a_case_goes_to_the_agency_of_its_topic_and_place_in_that_agencys_format() {
    let mut scene = Scene::new().await;
    let case_id = scene.register("water.outage", "shiraz", 1).await;
    let (issued, envelope) = scene.heard::<ReferralIssued>().await;
    assert_eq!((issued.case_id.as_str(), issued.round), (case_id.as_str(), 1));
    assert_eq!((issued.agency.as_str(), issued.agency_name_fa.as_str()), ("fa-water-shiraz", "آبفای شیراز"));
    assert_eq!((issued.statement.as_str(), issued.place.as_str()), ("آب کوچه از دیشب قطع است", "خیابان زند"));
    assert_eq!(issued.source_reference, "111-7");
    assert_eq!(issued.pseudonym.len(), 16);
    assert_eq!(envelope.content_type, JSON);
    let shard = contracts::shard(&issued.referral_id);
    assert_eq!(envelope.subject, format!("routing.v1.referral_issued.fars.fa-water-shiraz.{shard}"));
    assert!(!String::from_utf8_lossy(&envelope.data).contains("sealed"));

    scene.register("water", "fasa", 1).await;
    let (issued, envelope) = scene.heard::<ReferralIssued>().await;
    assert_eq!((issued.agency.as_str(), envelope.content_type.as_str()), ("fa-water", PROTOBUF));
}

#[tokio::test]
async fn a_case_heard_many_times_is_referred_once() {
    let mut scene = Scene::new().await;
    let case_id = scene.register("water", "fasa", 7).await;
    let names = scene.names_until_marker().await;
    assert_eq!(names.iter().filter(|name| *name == "referral_issued").count(), 1);
    let referrals = scene.referrals(&case_id).await;
    assert_eq!(referrals.len(), 1);
    assert_eq!(referrals[0].state(), ReferralState::Issued);
}
