//! More time and the citizen's documents: asked by an agency, ruled and recorded by people (rule 7).

use contracts::agency::{ActionKind, ActionPublished};
use contracts::routing::{
    DocumentsAsked, DocumentsReceived, ExtensionAsked, ExtensionRuled, ImportRulingPoliciesRequest,
    ListDocumentRequestsRequest, ListExtensionsRequest, ListRulingPoliciesRequest, RecordDocumentsRequest,
    ReferralIssued, RuleExtensionRequest, RulingPolicy,
};
use tonic::Code;

use crate::scene::{Scene, word};

async fn issued(scene: &mut Scene) -> String {
    scene.register("water", "fasa", 1).await;
    scene.heard::<ReferralIssued>().await.0.referral_id
}

fn extension(scene: &Scene, referral: &str, days: u32) -> ActionPublished {
    let kind = ActionKind::ExtensionAsked.into();
    ActionPublished {
        extension_days: days, text: "قطعه در راه است".into(), ..scene.action(referral, kind)
    }
}

fn ruling(asked: &ExtensionAsked, grant: bool, days: u32) -> RuleExtensionRequest {
    RuleExtensionRequest {
        referral_id: asked.referral_id.clone(),
        action_id: asked.action_id.clone(),
        grant,
        days,
        reason: "تأمین قطعه زمان می‌برد".into(),
        ruled_by: "s.karimi".into(),
    }
}

#[tokio::test]
async fn an_extension_is_asked_and_ruled_once() {
    let mut scene = Scene::new().await;
    let referral = issued(&mut scene).await;
    assert_eq!(word(&scene.act("fa-water", &extension(&scene, &referral, 0)).await), "missing_days");
    assert_eq!(word(&scene.act("fa-water", &extension(&scene, &referral, 16)).await), "too_many_days");
    let action = extension(&scene, &referral, 10);
    for _ in 0..2 {
        assert_eq!(word(&scene.act("fa-water", &action).await), "recorded");
    }
    let (asked, _) = scene.heard::<ExtensionAsked>().await;
    assert_eq!((asked.days, &asked.action_id, asked.agency.as_str()), (10, &action.action_id, "fa-water"));
    assert_eq!(word(&scene.act("fa-water", &extension(&scene, &referral, 1)).await), "extension_pending");

    let open = ListExtensionsRequest { province: "fars".into(), ..Default::default() };
    let listed = scene.rulings.list_extensions(open.clone()).await.unwrap().into_inner().extensions;
    assert_eq!(
        listed.iter().map(|e| (e.days, e.reason.as_str())).collect::<Vec<_>>(),
        [(10, "قطعه در راه است")]
    );
    let more = scene.rulings.rule_extension(ruling(&asked, true, 11)).await.unwrap_err();
    assert_eq!(more.code(), Code::InvalidArgument);
    for _ in 0..2 {
        let ruled = scene.rulings.rule_extension(ruling(&asked, true, 7)).await.unwrap().into_inner();
        assert_eq!((ruled.granted, ruled.days), (true, 7));
    }
    let otherwise = scene.rulings.rule_extension(ruling(&asked, false, 0)).await.unwrap_err();
    assert_eq!(otherwise.code(), Code::FailedPrecondition);
    let (ruled, _) = scene.heard::<ExtensionRuled>().await;
    assert_eq!((ruled.granted, ruled.days, ruled.agency_name_fa.as_str()), (true, 7, "آبفای فارس"));
    assert!(scene.rulings.list_extensions(open).await.unwrap().into_inner().extensions.is_empty());
    assert_eq!(scene.names_until_marker().await, [""; 0]);

    // A second one, refused; the policy allows no third.
    assert_eq!(word(&scene.act("fa-water", &extension(&scene, &referral, 5)).await), "recorded");
    let (asked, _) = scene.heard::<ExtensionAsked>().await;
    let refused = scene.rulings.rule_extension(ruling(&asked, false, 0)).await.unwrap().into_inner();
    assert_eq!((refused.granted, refused.days), (false, 0));
    assert!(!scene.heard::<ExtensionRuled>().await.0.granted);
    assert_eq!(word(&scene.act("fa-water", &extension(&scene, &referral, 1)).await), "no_more_extensions");
}

#[tokio::test]
async fn what_ended_needs_no_more_time() {
    let mut scene = Scene::new().await;
    let referral = issued(&mut scene).await;
    assert_eq!(word(&scene.act("fa-water", &extension(&scene, &referral, 3)).await), "recorded");
    let (asked, _) = scene.heard::<ExtensionAsked>().await;
    assert_eq!(word(&scene.act("fa-water", &scene.action(&referral, 3)).await), "recorded");
    let late = scene.rulings.rule_extension(ruling(&asked, true, 0)).await.unwrap_err();
    assert_eq!(late.code(), Code::FailedPrecondition);
    let open = scene.rulings.list_extensions(ListExtensionsRequest::default()).await.unwrap().into_inner();
    assert!(open.extensions.is_empty());
}

#[tokio::test]
async fn documents_are_asked_for_and_come_once() {
    let mut scene = Scene::new().await;
    let referral = issued(&mut scene).await;
    let kind = ActionKind::DocumentsAsked.into();
    let action = ActionPublished { text: "تصویر سند".into(), ..scene.action(&referral, kind) };
    assert_eq!(word(&scene.act("fa-water", &action).await), "recorded");
    let (asked, _) = scene.heard::<DocumentsAsked>().await;
    assert_eq!((asked.documents.as_str(), asked.agency_name_fa.as_str()), ("تصویر سند", "آبفای فارس"));
    assert_eq!(word(&scene.act("fa-water", &scene.action(&referral, kind)).await), "documents_pending");

    let open = ListDocumentRequestsRequest::default();
    let waiting = scene.rulings.list_document_requests(open.clone()).await.unwrap().into_inner().requests;
    assert_eq!(waiting.len(), 1);
    let came = RecordDocumentsRequest {
        referral_id: referral.clone(),
        action_id: action.action_id.clone(),
        note: "پوشهٔ ۱۲".into(),
        recorded_by: "operator-7".into(),
    };
    let first = scene.rulings.record_documents(came.clone()).await.unwrap().into_inner();
    assert_eq!(scene.rulings.record_documents(came).await.unwrap().into_inner(), first);
    assert_eq!(scene.heard::<DocumentsReceived>().await.0.note, "پوشهٔ ۱۲");
    assert!(scene.rulings.list_document_requests(open).await.unwrap().into_inner().requests.is_empty());
    assert_eq!(scene.names_until_marker().await, [""; 0]);
    assert_eq!(word(&scene.act("fa-water", &scene.action(&referral, kind)).await), "recorded");
}

#[tokio::test]
async fn a_policy_is_data_with_versions() {
    let mut scene = Scene::new().await;
    let referral = issued(&mut scene).await;
    let strict = RulingPolicy { extension_days_max: 2, extensions_max: 1, ..Default::default() };
    let import = ImportRulingPoliciesRequest { policies: vec![strict] };
    let adopted = scene.rulings.import_ruling_policies(import).await.unwrap().into_inner();
    assert_eq!((adopted.adopted, adopted.unchanged), (1, 0));
    let listed = scene.rulings.list_ruling_policies(ListRulingPoliciesRequest {}).await.unwrap().into_inner();
    let general: Vec<_> = listed.policies.iter().filter(|p| p.programme.is_empty()).collect();
    assert_eq!(
        general.iter().map(|p| (p.version, p.extension_days_max)).collect::<Vec<_>>(),
        [(1, 15), (2, 2)]
    );
    let again = ImportRulingPoliciesRequest { policies: vec![general[1].clone()] };
    let again = scene.rulings.import_ruling_policies(again).await.unwrap().into_inner();
    assert_eq!((again.adopted, again.unchanged), (0, 1));
    assert_eq!(word(&scene.act("fa-water", &extension(&scene, &referral, 3)).await), "too_many_days");

    let bad = RulingPolicy { boilerplate_window: 5_000, ..Default::default() };
    let bad = ImportRulingPoliciesRequest { policies: vec![bad] };
    let refused = scene.rulings.import_ruling_policies(bad).await.unwrap_err();
    assert!(refused.message().contains("policies[0].boilerplate_window"), "{refused}");
}
