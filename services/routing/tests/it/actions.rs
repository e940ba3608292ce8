//! Agencies act over the bus and hear what became of it.

use contracts::json::{JSON, PROTOBUF};
use contracts::routing::{
    ActionRecorded, ActionRefused, RecordActionRequest, ReferralAnswered, ReferralIssued, ReferralState,
};

use crate::scene::{Scene, word};

async fn issued(scene: &mut Scene, county: &str) -> (String, String) {
    let case_id = scene.register("water", county, 1).await;
    (case_id, scene.heard::<ReferralIssued>().await.0.referral_id)
}

#[tokio::test]
async fn an_agency_accepts_and_answers_and_repeats_change_nothing() {
    let mut scene = Scene::new().await;
    let (case_id, referral) = issued(&mut scene, "fasa").await;
    let (accepted, answer) = (scene.action(&referral, 1), scene.action(&referral, 3));
    let verdict = scene.act("fa-water", &accepted).await;
    assert_eq!((word(&verdict), &verdict.action_id), ("recorded".into(), &accepted.action_id));
    assert_eq!(scene.heard::<ActionRecorded>().await.0.action_id, accepted.action_id);
    assert_eq!(word(&scene.act("fa-water", &answer).await), "recorded");
    let (answered, _) = scene.heard::<ReferralAnswered>().await;
    assert_eq!((answered.case_id.as_str(), answered.text.as_str()), (case_id.as_str(), "لوله ترمیم شد"));
    assert!(answered.answered_at.is_some() && answered.acted_at.is_some());

    for action in [&accepted, &answer, &answer] {
        assert_eq!(word(&scene.act("fa-water", action).await), "recorded");
    }
    let late = scene.action(&referral, 2);
    for _ in 0..3 {
        assert_eq!(word(&scene.act("fa-water", &late).await), "already_answered");
    }
    assert_eq!(scene.names_until_marker().await, ["action_refused"]);
    let referrals = scene.referrals(&case_id).await;
    assert_eq!(referrals[0].state(), ReferralState::Answered);
    assert_eq!(referrals[0].actions.len(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_an_action_is_said_in_two_languages_and_as_a_fact() {
    let mut scene = Scene::new().await;
    let (_, referral) = issued(&mut scene, "fasa").await;
    let sound = scene.action(&referral, 3);
    let unknown = scene.clock.new_id().to_string();
    let changed = |change: &dyn Fn(&mut contracts::agency::ActionPublished)| {
        let mut action = contracts::agency::ActionPublished {
            action_id: scene.clock.new_id().to_string(),
            ..sound.clone()
        };
        change(&mut action);
        action
    };
    let cases = [
        ("bad_action_id", changed(&|a| a.action_id = "seven".into())),
        ("unknown_referral", changed(&|a| a.referral_id = unknown.clone())),
        ("unknown_kind", changed(&|a| a.kind = 77)),
        ("missing_text", changed(&|a| a.text = " ".into())),
        ("missing_outcome", changed(&|a| a.outcome = 0)),
        ("missing_legal_reason", changed(&|a| a.outcome = 3)),
        ("text_too_long", changed(&|a| a.text = "آ".repeat(4_001))),
        ("unreadable", changed(&|a| a.text = "a\0b".into())),
    ];
    for (code, action) in cases {
        let verdict = scene.act("fa-water", &action).await;
        assert_eq!(word(&verdict), code);
        let refusal = verdict.refusal.unwrap();
        assert!(!refusal.field.is_empty() && !refusal.message.is_empty() && !refusal.message_fa.is_empty());
        let (fact, envelope) = scene.heard::<ActionRefused>().await;
        assert_eq!((fact.agency.as_str(), fact.refusal), ("fa-water", Some(refusal)));
        assert!(
            envelope.subject.starts_with("routing.v1.action_refused.fars.fa-water."),
            "{}",
            envelope.subject
        );
    }
    assert_eq!(word(&scene.act("fa-water", &sound).await), "recorded");
}

#[tokio::test]
async fn an_agency_cannot_act_on_anothers_referral() {
    let mut scene = Scene::new().await;
    let (_, referral) = issued(&mut scene, "fasa").await;
    let action = scene.action(&referral, 3);
    assert_eq!(word(&scene.act("fa-governor", &action).await), "not_yours");
    assert_eq!(scene.heard::<ActionRefused>().await.0.agency, "fa-governor");
    let stranger = scene.act("stranger", &action).await;
    assert_eq!(word(&stranger), "unknown_agency");
    assert!(stranger.refusal.unwrap().message.contains("samad agency import"), "it says what to do");
    // The same action id is still the owner's to use.
    assert_eq!(word(&scene.act("fa-water", &action).await), "recorded");
    assert_eq!(scene.names_until_marker().await, ["referral_answered"]);
}

#[tokio::test]
async fn a_body_that_no_one_can_read_is_answered_with_a_refusal() {
    let mut scene = Scene::new().await;
    let (_, referral) = issued(&mut scene, "shiraz").await;
    for format in [PROTOBUF, JSON, "text/plain"] {
        let (answered_in, verdict) =
            scene.ask("fa-water-shiraz", &referral, format, b"\xff\xffrubbish".to_vec()).await;
        assert_eq!(word(&verdict), "unreadable");
        assert_eq!(answered_in, if format == PROTOBUF { PROTOBUF } else { JSON });
    }
    let (fact, envelope) = scene.heard::<ActionRefused>().await;
    assert_eq!((fact.referral_id, envelope.content_type.as_str()), (referral.clone(), JSON));
    let (_, verdict) = scene.ask("fa-water-shiraz", "no-referral", PROTOBUF, b"\xff".to_vec()).await;
    assert_eq!(word(&verdict), "unreadable");
    assert_eq!(word(&scene.act("fa-water-shiraz", &scene.action(&referral, 1)).await), "recorded");
}

#[tokio::test]
async fn an_agency_may_speak_json() {
    let mut scene = Scene::new().await;
    let (_, referral) = issued(&mut scene, "shiraz").await;
    let body = Scene::write_json(&scene.action(&referral, 3));
    let (format, verdict) = scene.ask("fa-water-shiraz", &referral, JSON, body).await;
    assert_eq!((format.as_str(), word(&verdict).as_str()), (JSON, "recorded"));
    assert_eq!(scene.heard::<ReferralAnswered>().await.0.referral_id, referral);
}

/// What an ordinary client hears that sends this body with these headers.
async fn asked(scene: &Scene, referral: &str, headers: &[(&str, &str)], body: &str) -> serde_json::Value {
    let client = async_nats::connect(scene.ground.nats_url()).await.unwrap();
    let mut sent = async_nats::HeaderMap::new();
    for (name, value) in headers {
        sent.insert(*name, *value);
    }
    let subject = format!("agency.v1.fa-water-shiraz.action_published.{referral}");
    let reply = client.request_with_headers(subject, sent, body.to_owned().into()).await.unwrap();
    serde_json::from_slice(&reply.payload).unwrap()
}

#[tokio::test]
async fn json_is_known_by_any_client_and_what_is_wrong_in_it_is_taught() {
    let mut scene = Scene::new().await;
    let (_, referral) = issued(&mut scene, "shiraz").await;
    let action = |more: &str| {
        let id = scene.clock.new_id();
        format!(r#" {{"action_id": "{id}", "text": "گروه اعزام شد", "a_field_of_tomorrow": 1, {more}}}"#)
    };
    let json = [("Content-Type", "application/json; charset=utf-8")];
    for headers in [json.as_slice(), &[("ce-datacontenttype", "application/json")], &[]] {
        let verdict = asked(&scene, &referral, headers, &action(r#""kind": "ACTION_KIND_PROGRESS""#)).await;
        assert_eq!(verdict["recorded"], true, "{headers:?}: {verdict}");
    }
    for (wrong, code, field, remedy) in [
        (r#""kind": "PROGRESS""#, "unknown_kind", "kind", "accepted"),
        (r#""kind": 2, "acted_at": "yesterday""#, "unreadable", "acted_at", "RFC 3339"),
        (r#""kind": 2, "extension_days": "many""#, "unreadable", "extension_days", "a whole number"),
    ] {
        let body = action(wrong);
        // Whoever repeats it is told the same.
        for _ in 0..2 {
            let refusal = asked(&scene, &referral, &json, &body).await["refusal"].clone();
            assert_eq!((&refusal["code"], &refusal["field"]), (&code.into(), &field.into()));
            assert!(refusal["message"].as_str().unwrap().contains(remedy), "{refusal}");
            assert_eq!(refusal["documentation"], format!("docs/integrate/errors.md#{code}"));
        }
    }
    let elsewhere = action(&format!(r#""kind": 2, "referral_id": "{}""#, scene.clock.new_id()));
    let refused = asked(&scene, &referral, &json, &elsewhere).await;
    assert_eq!(refused["refusal"]["code"], "other_referral");
}

#[tokio::test]
async fn an_action_can_be_recorded_by_hand() {
    let mut scene = Scene::new().await;
    let (_, referral) = issued(&mut scene, "fasa").await;
    let action = Some(scene.action(&referral, 3));
    let request = RecordActionRequest { agency: "fa-water".into(), action };
    for _ in 0..2 {
        let verdict = scene.api.record_action(request.clone()).await.unwrap().into_inner().verdict.unwrap();
        assert_eq!(word(&verdict), "recorded");
    }
    assert_eq!(scene.names_until_marker().await, ["referral_answered"]);
}

#[tokio::test]
async fn hundreds_of_actions_at_once_are_each_answered() {
    let mut scene = Scene::new().await;
    let (_, referral) = issued(&mut scene, "fasa").await;
    let actions: Vec<_> = (0..300).map(|_| scene.action(&referral, 2)).collect();
    let verdicts = futures_util::future::join_all(actions.iter().map(|a| scene.act("fa-water", a))).await;
    assert!(verdicts.iter().zip(&actions).all(|(v, a)| v.recorded && v.action_id == a.action_id));
}
