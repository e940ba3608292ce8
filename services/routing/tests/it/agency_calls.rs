//! What an agency asks for itself, by calls instead of the broker.

use chassis::grpc::Channel;
use chassis::{Caller, Role};
use contracts::agency::{ActionKind, ActionPublished, ActionVerdict, AnswerOutcome};
use contracts::routing::agency_service_client::AgencyServiceClient;
use contracts::routing::routing_service_client::RoutingServiceClient;
use contracts::routing::{
    GetReferralRequest, HandInActionRequest, RecordActionRequest, ReferralIssued, ReferralState,
};
use jiff::SignedDuration;
use routing::store::request_keys::claim;
use sqlx::PgPool;
use stage::staff;
use tonic::Code;

use crate::scene::{Scene, word};

pub fn agency(scene: &Scene, code: &str) -> AgencyServiceClient<Channel> {
    let caller = Caller { agency: code.to_owned(), ..staff(Role::Manager, "fars") };
    AgencyServiceClient::new(scene.keys.channel_of(scene.grpc, caller))
}

async fn issued(scene: &mut Scene, county: &str) -> ReferralIssued {
    scene.register("water.outage", county, 1).await;
    scene.heard::<ReferralIssued>().await.0
}

fn hand_in(key: &str, referral: &str, text: &str) -> HandInActionRequest {
    let action = ActionPublished {
        referral_id: referral.to_owned(),
        kind: ActionKind::Answer.into(),
        outcome: AnswerOutcome::Done.into(),
        text: text.to_owned(),
        ..Default::default()
    };
    HandInActionRequest { agency: "fa-water".into(), request_key: key.to_owned(), action: Some(action) }
}

async fn verdict(
    agency: &mut AgencyServiceClient<Channel>,
    request: &HandInActionRequest,
) -> Result<ActionVerdict, Code> {
    let made = agency.hand_in_action(request.clone()).await.map_err(|status| status.code())?;
    Ok(made.into_inner().verdict.unwrap())
}

#[tokio::test]
async fn an_agency_sees_a_referral_of_its_own_as_long_as_it_is_its_matter() {
    let mut scene = Scene::new().await;
    let (own, other) = (issued(&mut scene, "fasa").await, issued(&mut scene, "shiraz").await);
    let mut water = agency(&scene, "fa-water");
    let get = |agency: &str, referral_id: &str| GetReferralRequest {
        agency: agency.to_owned(),
        referral_id: referral_id.to_owned(),
    };
    let seen = water.get_referral(get("fa-water", &own.referral_id)).await.unwrap().into_inner();
    assert_eq!(seen.state(), ReferralState::Issued);
    assert_eq!(seen.issued.unwrap(), ReferralIssued { agencies: 0, ..own.clone() }, "as it was told");
    let foreign = water.get_referral(get("fa-water", &other.referral_id)).await.unwrap_err();
    assert_eq!(foreign.code(), Code::NotFound);
    let foreign = water.get_referral(get("fa-water-shiraz", &other.referral_id)).await.unwrap_err();
    assert_eq!(foreign.code(), Code::PermissionDenied);

    let returned = ActionPublished {
        kind: ActionKind::Returned.into(),
        outcome: 0,
        ..hand_in("", &own.referral_id, "در شیراز است").action.unwrap()
    };
    let returned = HandInActionRequest { action: Some(returned), ..hand_in("return-1", "", "") };
    assert_eq!(word(&verdict(&mut water, &returned).await.unwrap()), "recorded");
    let ended = water.get_referral(get("fa-water", &own.referral_id)).await.unwrap().into_inner();
    assert_eq!((ended.state(), ended.actions.len()), (ReferralState::Returned, 1));
    assert_eq!(ended.issued.unwrap().statement, "", "what is said from now on is others' matter");
}

#[tokio::test]
async fn an_action_is_handed_in_once_per_key() {
    let mut scene = Scene::new().await;
    let referral = issued(&mut scene, "fasa").await.referral_id;
    let mut water = agency(&scene, "fa-water");
    let request = hand_in("order-1", &referral, "وصل شد");
    let twins = {
        let (mut one, mut two) = (water.clone(), water.clone());
        let (one, two) = tokio::join!(verdict(&mut one, &request), verdict(&mut two, &request));
        [one.unwrap(), two.unwrap()]
    };
    let again = verdict(&mut water, &request).await.unwrap();
    assert!(again.recorded && twins.iter().all(|twin| *twin == again), "{twins:?} {again:?}");
    let other = hand_in("order-1", &referral, "چیز دیگر");
    assert_eq!(verdict(&mut water, &other).await, Err(Code::AlreadyExists));
    assert_eq!(
        word(&verdict(&mut water, &hand_in("order-2", &referral, "وصل شد")).await.unwrap()),
        "already_answered"
    );
    for key in ["", &"k".repeat(129)] {
        assert_eq!(verdict(&mut water, &hand_in(key, &referral, "وصل شد")).await, Err(Code::InvalidArgument));
    }
    let mut shiraz = agency(&scene, "fa-water-shiraz");
    assert_eq!(verdict(&mut shiraz, &request).await, Err(Code::PermissionDenied));
    let theirs = HandInActionRequest { agency: "fa-water-shiraz".into(), ..request.clone() };
    assert_eq!(word(&verdict(&mut shiraz, &theirs).await.unwrap()), "not_yours", "a key is its agency's");
    let names = scene.names_until_marker().await;
    assert_eq!(names.iter().filter(|name| *name == "referral_answered").count(), 1, "{names:?}");
}

#[tokio::test]
async fn who_acts_on_nothing_but_strangers_referrals_waits_and_others_do_not() {
    let mut scene = Scene::new().await;
    let referral = issued(&mut scene, "shiraz").await.referral_id;
    let water = agency(&scene, "fa-water");
    let mut refused = 0;
    for round in 0..20 {
        let mut calls = tokio::task::JoinSet::new();
        for call in 0..100 {
            let (mut water, key) = (water.clone(), format!("flood-{round}-{call}"));
            let request = hand_in(&key, "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001", "وصل شد");
            calls.spawn(async move { verdict(&mut water, &request).await });
        }
        refused +=
            calls.join_all().await.iter().filter(|said| **said == Err(Code::ResourceExhausted)).count();
    }
    assert!(refused > 100, "{refused}");
    let caller = Caller { agency: "fa-water".to_owned(), ..staff(Role::Manager, "fars") };
    let mut by_sheet = RoutingServiceClient::new(scene.keys.channel_of(scene.grpc, caller));
    let action = hand_in("", "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001", "وصل شد").action;
    let record = RecordActionRequest { agency: "fa-water".into(), action };
    let mut tries = 0;
    while by_sheet.record_action(record.clone()).await.map_err(|status| status.code()).err()
        != Some(Code::ResourceExhausted)
    {
        tries += 1;
        assert!(tries < 200, "by whichever door");
    }
    let own = HandInActionRequest {
        agency: "fa-water-shiraz".into(),
        ..hand_in("order-1", &referral, "وصل شد")
    };
    let mut shiraz = agency(&scene, "fa-water-shiraz");
    assert_eq!(word(&verdict(&mut shiraz, &own).await.unwrap()), "recorded");
}

#[tokio::test]
async fn a_key_stands_for_its_content_for_a_month() {
    let scene = Scene::new().await;
    let db = PgPool::connect(&scene.database).await.unwrap();
    let (now, db) = (scene.clock.now(), &db);
    let claimed = async |key: u8, content: &[u8], at| {
        claim(db, "fa-water", &format!("order-{key}"), content, at).await.unwrap()
    };
    for key in 0..15 {
        assert!(claimed(key, b"one", now).await);
    }
    assert!(!claimed(0, b"other", now).await);
    let later = now + SignedDuration::from_hours(31 * 24);
    let kept = async || {
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM request_key").fetch_one(db).await.unwrap()
    };
    for (key, left) in [(20, 6_i64), (21, 2), (22, 3)] {
        assert!(claimed(key, b"one", later).await);
        assert_eq!(kept().await, left);
    }
    assert!(claimed(0, b"other", later).await);
}
