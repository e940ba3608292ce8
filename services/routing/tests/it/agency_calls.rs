//! What an agency asks for itself, by calls instead of the broker.

use chassis::grpc::Channel;
use chassis::{Caller, Role};
use contracts::agency::{ActionKind, ActionPublished, ActionVerdict, AnswerOutcome};
use contracts::routing::agency_service_client::AgencyServiceClient;
use contracts::routing::{GetReferralRequest, HandInActionRequest, ReferralIssued, ReferralState};
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
