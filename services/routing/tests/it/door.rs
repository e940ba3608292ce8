//! Who is let in: tried from outside, over the wire.

use chassis::grpc::{AUTHORIZATION, Badge};
use chassis::identity::{Purpose, TOKEN_LIFE};
use chassis::{Caller, Role, Signer};
use contracts::agency::ActionKind;
use contracts::routing::ruling_service_client::RulingServiceClient;
use contracts::routing::{
    AssignDeskItemRequest, DeskItemOpened, ExtensionAsked, ExtensionRuled, ImportCatalogueRequest,
    ListDeskItemsRequest, ListExtensionsRequest, ListReferralsRequest, RecordActionRequest, ReferralIssued,
    RuleArbitrationRequest, RuleExtensionRequest,
};
use stage::staff;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

use crate::scene::{Scene, word};

/// The code of a refusal, and the reason that programs read.
fn refusal(status: &Status) -> (Code, String) {
    (status.code(), status.get_details_error_info().map(|info| info.reason).unwrap_or_default())
}

#[tokio::test]
async fn without_a_fit_token_nobody_is_let_in() {
    let scene = Scene::new().await;
    let list = async |badge: &Badge, token: Option<String>| {
        let mut rulings = RulingServiceClient::new(stage::channel(scene.grpc, badge));
        let mut request = Request::new(ListExtensionsRequest::default());
        if let Some(token) = token {
            request.metadata_mut().insert(AUTHORIZATION, token.parse().unwrap());
        }
        rulings.list_extensions(request).await.map(drop).map_err(|status| refusal(&status))
    };
    let manager = staff(Role::Manager, "fars");
    let unauthenticated = |reason: &str| Err((Code::Unauthenticated, reason.to_owned()));
    assert_eq!(list(&Badge::none(), None).await, unauthenticated("TOKEN_MISSING"));
    let stranger = Badge::new(&Signer::generate().unwrap(), manager.clone());
    assert_eq!(list(&stranger, None).await, unauthenticated("TOKEN_INVALID"));
    let token = |purpose, until| {
        Some(format!("Bearer {}", scene.keys.signer.sign(purpose, &manager, until).unwrap()))
    };
    let (now, soon) = (scene.clock.now(), scene.clock.now() + TOKEN_LIFE);
    assert_eq!(list(&Badge::none(), token(Purpose::Call, now)).await, unauthenticated("TOKEN_EXPIRED"));
    assert_eq!(list(&Badge::none(), token(Purpose::Session, soon)).await, unauthenticated("TOKEN_INVALID"));
    assert_eq!(list(&Badge::none(), token(Purpose::Call, soon)).await, Ok(()));
}

#[tokio::test]
async fn a_role_does_what_its_row_says_and_nothing_else() {
    let scene = Scene::new().await;
    let denied = (Code::PermissionDenied, "ROLE_NOT_ALLOWED".to_owned());
    for role in [Role::Operator, Role::Reviewer, Role::Arbiter, Role::Monitor, Role::Service] {
        let mut rulings = scene.rulings_of(staff(role, "fars"));
        let refused = rulings.rule_extension(RuleExtensionRequest::default()).await.unwrap_err();
        assert_eq!(refusal(&refused), denied, "{role}");
        assert!(refused.message().contains("manager"), "it says what is needed: {refused}");
    }
    let mut manager = scene.rulings_of(staff(Role::Manager, ""));
    let refused = manager.rule_arbitration(RuleArbitrationRequest::default()).await.unwrap_err();
    assert_eq!(refusal(&refused), denied);
    let mut of_fars = scene.api_of(staff(Role::Ops, "fars"));
    let refused = of_fars.import_catalogue(ImportCatalogueRequest::default()).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::PermissionDenied, "OUT_OF_SCOPE".to_owned()));
}

#[tokio::test]
async fn a_province_rules_on_its_own_and_who_ruled_is_the_tokens() {
    let mut scene = Scene::new().await;
    let case_id = scene.register("water", "fasa", 1).await;
    let referral = scene.heard::<ReferralIssued>().await.0.referral_id;
    let mut action = scene.action(&referral, ActionKind::ExtensionAsked.into());
    action.extension_days = 3;
    assert_eq!(word(&scene.act("fa-water", &action).await), "recorded");
    scene.heard::<ExtensionAsked>().await;

    let ruling = RuleExtensionRequest {
        referral_id: referral,
        action_id: action.action_id.clone(),
        grant: true,
        reason: "قطعه در راه است".to_owned(),
        ruled_by: "somebody else".to_owned(),
        ..Default::default()
    };
    let elsewhere = (Code::PermissionDenied, "OUT_OF_SCOPE".to_owned());
    let of_agency = Caller { agency: "fa-water".to_owned(), ..staff(Role::Manager, "fars") };
    for caller in [staff(Role::Manager, "yazd"), of_agency] {
        let mut rulings = scene.rulings_of(caller.clone());
        let refused = rulings.rule_extension(ruling.clone()).await.unwrap_err();
        assert_eq!(refusal(&refused), elsewhere, "{caller:?}");
        let asked = ListExtensionsRequest { province: "fars".to_owned(), ..Default::default() };
        assert_eq!(refusal(&rulings.list_extensions(asked).await.unwrap_err()), elsewhere);
        let referrals = ListReferralsRequest { case_id: case_id.clone() };
        let mut api = scene.api_of(caller);
        assert_eq!(refusal(&api.list_referrals(referrals).await.unwrap_err()), elsewhere);
    }
    let mut yazd = scene.rulings_of(staff(Role::Manager, "yazd"));
    let all = yazd.list_extensions(ListExtensionsRequest::default()).await.unwrap().into_inner();
    assert!(all.extensions.is_empty(), "whoever asks for all is shown their own");

    let mut fars = scene.rulings_of(Caller { name: "مریم".to_owned(), ..staff(Role::Manager, "fars") });
    fars.rule_extension(ruling).await.unwrap();
    assert_eq!(scene.heard::<ExtensionRuled>().await.0.ruled_by, "مریم (staff-1)");
}

#[tokio::test]
async fn a_desk_is_its_provinces_and_an_agency_acts_for_itself() {
    let mut scene = Scene::new().await;
    let case_id = scene.register("other", "", 1).await;
    scene.heard::<DeskItemOpened>().await;
    let assign = AssignDeskItemRequest { case_id, agency: "fa-governor".to_owned() };
    let mut yazd = scene.api_of(staff(Role::Operator, "yazd"));
    let refused = yazd.assign_desk_item(assign.clone()).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    assert!(
        yazd.list_desk_items(ListDeskItemsRequest::default()).await.unwrap().into_inner().items.is_empty()
    );
    let assigned = scene.api_of(staff(Role::Operator, "fars")).assign_desk_item(assign).await.unwrap();

    let referral = assigned.into_inner().referral_id;
    let action = Some(scene.action(&referral, ActionKind::Accepted.into()));
    let request = RecordActionRequest { agency: "fa-governor".to_owned(), action };
    for agency in ["fa-water", ""] {
        let caller = Caller { agency: agency.to_owned(), ..staff(Role::Manager, "fars") };
        let refused = scene.api_of(caller).record_action(request.clone()).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "{agency}");
    }
    let governor = Caller { agency: "fa-governor".to_owned(), ..staff(Role::Manager, "fars") };
    let recorded = scene.api_of(governor).record_action(request).await.unwrap().into_inner();
    assert!(recorded.verdict.unwrap().recorded);
}
