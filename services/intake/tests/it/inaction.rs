//! Inaction complaints and additions to open cases (rule 3).

use chassis::clock::Clock;
use contracts::deadline::DeadlineSet;
use contracts::intake::{
    CaseAmended, CaseRegistered, CaseState, ContactRecorded, InactionComplained, Kind, Outcome,
    RegisterContactRequest, RegisterContactResponse,
};
use contracts::routing::ReferralIssued;
use contracts::timestamp;
use jiff::SignedDuration;

use crate::world::{World, envelope, request};

fn about(key: &str, outcome: Outcome, case: &RegisterContactResponse) -> RegisterContactRequest {
    RegisterContactRequest {
        outcome: outcome.into(),
        kind: Kind::Complaint.into(),
        about_case: case.tracking_code.clone(),
        text: "هنوز کسی نیامده است".into(),
        ..request(key)
    }
}

/// A case whose referral is due so many hours from now.
async fn referred(world: &mut World, key: &str, due_hours: i64) -> (RegisterContactResponse, String) {
    let case = world.register(request(key)).await;
    let (referral, now) = (Clock::live().new_id().to_string(), Clock::live().now());
    let issued = ReferralIssued {
        referral_id: referral.clone(),
        case_id: case.case_id.clone(),
        round: 1,
        agency: "abfa".into(),
        province: "fars".into(),
        agency_name_fa: "آبفا".into(),
        issued_at: Some(timestamp(now)),
        ..Default::default()
    };
    let set = DeadlineSet {
        referral_id: referral.clone(),
        case_id: case.case_id.clone(),
        agency: "abfa".into(),
        province: "fars".into(),
        due_at: Some(timestamp(now + SignedDuration::from_hours(due_hours))),
        ..Default::default()
    };
    world.bus.publish("routing", &[envelope(&issued)]).await.unwrap();
    world.bus.publish("deadline", &[envelope(&set)]).await.unwrap();
    world.case_when(&case.case_id, |c| c.state() == CaseState::Referred && c.due_at.is_some()).await;
    (case, referral)
}

#[tokio::test]
async fn inaction_is_complained_of_after_the_deadline_in_a_case_of_its_own() {
    let mut world = World::new().await;
    let (early, _) = referred(&mut world, "call-0200", 24).await;
    let status = world.client.register_contact(about("call-0201", Outcome::InactionComplaint, &early)).await;
    assert!(status.unwrap_err().message().contains("the agency's time is not over"));

    let (late, referral) = referred(&mut world, "call-0202", -1).await;
    let complaint = about("call-0203", Outcome::InactionComplaint, &late);
    let registered = world.register(complaint.clone()).await;
    assert_ne!(registered.case_id, late.case_id);
    let stated = world.stated::<InactionComplained>(1).await.remove(0);
    assert_eq!(
        (stated.case_id.as_str(), stated.about_case_id.as_str(), stated.about_referral_id.as_str()),
        (registered.case_id.as_str(), late.case_id.as_str(), referral.as_str())
    );
    assert_eq!(stated.agency, "abfa");
    let registrations = world.stated::<CaseRegistered>(3).await;
    let own = registrations.iter().find(|fact| fact.case_id == registered.case_id).unwrap();
    assert_eq!((own.programme.as_str(), own.about_agency.as_str()), ("inaction", "abfa"));

    assert_eq!(world.register(complaint).await, registered, "a repeat is the same complaint");
    let twice = world.client.register_contact(about("call-0204", Outcome::InactionComplaint, &late)).await;
    assert!(twice.unwrap_err().message().contains("complained of already"));
}

#[tokio::test]
async fn what_is_new_is_added_to_an_open_case() {
    let mut world = World::new().await;
    let case = world.register(request("call-0210")).await;
    let addition = RegisterContactRequest { citizen: None, ..about("call-0211", Outcome::AddToCase, &case) };
    let added = world.register(addition.clone()).await;
    assert_eq!((&added.case_id, &added.tracking_code), (&case.case_id, &case.tracking_code));
    assert_ne!(added.contact_id, case.contact_id);
    let amended = world.stated::<CaseAmended>(1).await.remove(0);
    assert_eq!((amended.case_id, amended.statement.as_str()), (case.case_id, "هنوز کسی نیامده است"));
    assert_eq!(world.register(addition).await, added);
    assert_eq!(world.stated::<ContactRecorded>(2).await.len(), 2);
    assert_eq!(world.stated::<CaseRegistered>(1).await.len(), 1);
    let mut unknown = about("call-0212", Outcome::AddToCase, &added);
    unknown.about_case = Clock::live().new_id().to_string();
    let status = world.client.register_contact(unknown).await.unwrap_err();
    assert!(status.message().contains("there is no such case"));
}
