//! From a registered case to the agency that a rule names.

use chassis::{Caller, Role};
use contracts::json::{JSON, PROTOBUF};
use contracts::routing::{ListOpenReferralsRequest, ReferralIssued, ReferralState};
use stage::staff;
use tonic::Code;

use crate::scene::{Scene, word};

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

#[tokio::test]
async fn an_agency_without_an_adapter_is_shown_what_waits_for_it_and_nobody_elses() {
    let mut scene = Scene::new().await;
    let mut told = Vec::new();
    for _ in 0..4 {
        scene.register("water", "fasa", 1).await;
        told.push(ReferralIssued { agencies: 0, ..scene.heard::<ReferralIssued>().await.0 });
    }
    let answer = scene.action(&told.remove(1).referral_id, 3);
    assert_eq!(word(&scene.act("fa-water", &answer).await), "recorded");
    let accepted = scene.action(&told[0].referral_id, 1);
    assert_eq!(word(&scene.act("fa-water", &accepted).await), "recorded");

    let of = |agency: &str| Caller { agency: agency.to_owned(), ..staff(Role::Manager, "fars") };
    let asked = |agency: &str, token: &str| ListOpenReferralsRequest {
        agency: agency.to_owned(),
        page_size: 2,
        page_token: token.to_owned(),
    };
    let mut water = scene.api_of(of("fa-water"));
    let first = water.list_open_referrals(asked("fa-water", "")).await.unwrap().into_inner();
    let rest = asked("fa-water", &first.next_page_token);
    let rest = water.list_open_referrals(rest).await.unwrap().into_inner();
    assert_eq!([first.referrals, rest.referrals].concat(), told, "as they were told, oldest first");
    assert_eq!(rest.next_page_token, "");
    for agency in ["fa-governor", ""] {
        let refused = scene.api_of(of(agency)).list_open_referrals(asked("fa-water", "")).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "{agency}");
    }
    let unknown = scene.api.list_open_referrals(asked("nobody", "")).await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
}
