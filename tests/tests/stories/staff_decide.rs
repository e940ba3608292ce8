//! A province's staff sign in and decide, at their desk and by program; nobody decides beyond their office.

use chassis::clock::Clock;
use chassis::identity::{Purpose, TOKEN_LIFE};
use chassis::{Caller, Role, Signer};
use contracts::agency::ActionKind;
use contracts::intake::recording_service_client::RecordingServiceClient;
use contracts::intake::store_recording_request::Part;
use contracts::intake::{RecordingHead, StoreRecordingRequest};
use contracts::routing::ListExtensionsRequest;
use serde_json::{Value, json};

use crate::a_referral_is_ruled::{act, referral, slow_line};
use crate::installation::eventually;
use crate::office::{Browser, accounts, field, get, post, signed_in, token};
use crate::world::World;

/// A case whose agency asks for more time; the extension's path.
async fn asked(world: &World, key: &str) -> String {
    let case_id = slow_line(world, key).await;
    let held = referral(world, &case_id, 1).await;
    let (asked, verdict) = act(world, &held, ActionKind::ExtensionAsked, "کابل در راه است").await;
    assert!(verdict.recorded);
    format!("/api/v1/extensions/{}/{}/ruling", asked.referral_id, asked.action_id)
}

#[tokio::test(flavor = "multi_thread")]
async fn by_program_everyone_decides_what_their_token_says_and_nothing_else() {
    let world = World::new().await;
    let ea = "east-azerbaijan";
    accounts(
        &world,
        &[
            ("manager.ea", Role::Manager, ea),
            ("operator.ea", Role::Operator, ea),
            ("manager.fars", Role::Manager, "fars"),
            ("monitor", Role::Monitor, ""),
        ],
    );
    let ruling_path = asked(&world, "door-0001").await;
    let ruling = json!({"grant": true, "reason": "تأمین کابل زمان می‌برد"});

    let bare = world.http.get(world.url("/api/v1/extensions")).send().await.unwrap();
    assert_eq!(
        (bare.status().as_u16(), &bare.headers()["www-authenticate"]),
        (401, &"Bearer".parse().unwrap())
    );
    let manager = Caller { province: ea.to_owned(), ..Caller::of_deployment(Role::Manager, "manager.ea") };
    let now = Clock::live().now();
    let stranger = Signer::generate().unwrap().sign(Purpose::Call, &manager, now + TOKEN_LIFE).unwrap();
    let expired = world.system.secrets.signer().unwrap().sign(Purpose::Call, &manager, now).unwrap();
    for unfit in [stranger, expired, "v4.public.rubbish".to_owned()] {
        assert_eq!(post(&world, &ruling_path, &unfit, &ruling).await.0, 401);
    }
    for account in ["operator.ea", "manager.fars", "monitor"] {
        let (status, problem) = post(&world, &ruling_path, &token(&world, account).await, &ruling).await;
        assert_eq!((status, &problem["type"]), (403, &json!("urn:samad:problem:not-yours")), "{problem}");
    }
    let fars = token(&world, "manager.fars").await;
    assert_eq!(get(&world, "/api/v1/extensions", &fars).await.1["extensions"], json!([]));
    assert_eq!(get(&world, &format!("/api/v1/extensions?province={ea}"), &fars).await.0, 403);
    let monitor = token(&world, "monitor").await;
    let (_, seen) = get(&world, &format!("/api/v1/extensions?province={ea}"), &monitor).await;
    assert_eq!(seen["extensions"][0]["agency"], "ea-telecom");

    let manager = token(&world, "manager.ea").await;
    assert_eq!(post(&world, &ruling_path, &manager, &json!({"grant": true, "reason": ""})).await.0, 422);
    let (status, ruled) = post(&world, &ruling_path, &manager, &ruling).await;
    assert_eq!((status, &ruled["granted"], &ruled["days"]), (200, &json!(true), &json!(7)));
    let otherwise = json!({"grant": false, "reason": "نه"});
    let (status, problem) = post(&world, &ruling_path, &manager, &otherwise).await;
    assert!(status == 409 && problem["detail"].as_str().unwrap().contains("otherwise"), "{problem}");
    for path in ["arbitrations", "held-answers", "desk-items"] {
        let (status, listed) = get(&world, &format!("/api/v1/{path}"), &manager).await;
        assert_eq!((status, &listed["next_page"]), (200, &Value::Null), "{path}: {listed}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_rules_at_the_desk_and_another_province_sees_nothing_of_it() {
    let world = World::new().await;
    accounts(
        &world,
        &[("manager.ea", Role::Manager, "east-azerbaijan"), ("manager.fars", Role::Manager, "fars")],
    );
    asked(&world, "door-0002").await;
    let fars = signed_in(&world, "manager.fars").await;
    assert!(!fars.page("/staff").await.contains("کابل در راه است"));
    let ea = signed_in(&world, "manager.ea").await;
    let page = ea.page("/staff").await;
    assert!(page.contains("کابل در راه است") && page.contains("استان آذربایجان شرقی"), "{page}");
    let decide = async |browser: &Browser<'_>, form: &str| {
        let fields = [
            ("form", form),
            ("what", "extension"),
            ("referral", field(&page, "referral")),
            ("action", field(&page, "action")),
            ("verdict", "yes"),
            ("days", "۵"),
            ("reason", "تأمین کابل زمان می‌برد"),
        ];
        browser.post("/staff/decide", &fields).await
    };
    let foreign = field(&fars.page("/staff").await, "form").to_owned();
    assert_eq!(decide(&ea, &foreign).await.status(), 403, "a form of somebody else");
    assert_eq!(decide(&fars, &foreign).await.status(), 403, "another province's matter");
    let done = decide(&ea, field(&page, "form")).await;
    assert_eq!(
        (done.status().as_u16(), &done.headers()["location"]),
        (303, &"/staff?done=true".parse().unwrap())
    );
    let open = async || {
        let listed = world.doors.rulings().list_extensions(ListExtensionsRequest::default()).await.unwrap();
        listed.into_inner().extensions.is_empty().then_some(())
    };
    eventually("it is ruled", open).await;
    assert!(ea.page("/staff").await.contains("چیزی در انتظار نیست"));
    world.end().await;
}

/// A recording of a call to East Azerbaijan's centre; its id.
async fn recorded(world: &World, sound: &[u8]) -> String {
    let url = format!("http://127.0.0.1:{}", world.system.ports.grpc(0));
    let badge = world.system.secrets.badge().unwrap();
    let channel = chassis::grpc::channel(&url, std::time::Duration::from_secs(30), &badge).unwrap();
    let now = Some(contracts::timestamp(Clock::live().now()));
    let head = RecordingHead {
        call_id: "call-0001".to_owned(),
        province: "east-azerbaijan".to_owned(),
        started_at: now,
        ended_at: now,
        content_type: "audio/wav".to_owned(),
        ..Default::default()
    };
    let parts =
        [Part::Head(head), Part::Data(sound.to_vec())].map(|part| StoreRecordingRequest { part: Some(part) });
    let stored =
        RecordingServiceClient::new(channel).store_recording(tokio_stream::iter(parts)).await.unwrap();
    stored.into_inner().recording_id
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_2_a_recording_is_heard_by_who_may_with_a_reason() {
    let world = World::new().await;
    accounts(
        &world,
        &[
            ("monitor", Role::Monitor, ""),
            ("operator", Role::Operator, ""),
            ("manager.fars", Role::Manager, "fars"),
        ],
    );
    let sound: Vec<u8> = (0..200_000_u32).map(|at| u8::try_from(at % 251).unwrap()).collect();
    let path = world.url(&format!("/api/v1/recordings/{}/sound", recorded(&world, &sound).await));
    let listen = async |token: &str, headers: &[(&str, &str)]| {
        let request = world.http.get(&path).bearer_auth(token);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.send().await.unwrap()
    };
    let why = ("reason", "%DA%A9%D9%86%D8%AA%D8%B1%D9%84 %DA%A9%DB%8C%D9%81%DB%8C%D8%AA");
    let monitor = token(&world, "monitor").await;
    assert_eq!(listen(&monitor, &[]).await.status(), 422, "nobody listens without a reason");
    assert_eq!(listen("", &[why]).await.status(), 401);
    for account in ["operator", "manager.fars"] {
        assert_eq!(listen(&token(&world, account).await, &[why]).await.status(), 403, "{account}");
    }
    let whole = listen(&monitor, &[why]).await;
    assert_eq!(
        (whole.status().as_u16(), &whole.headers()["cache-control"]),
        (200, &"no-store".parse().unwrap())
    );
    assert_eq!(whole.bytes().await.unwrap(), sound);
    let part = listen(&monitor, &[why, ("range", "bytes=65530-65545")]).await;
    assert_eq!(
        (part.status().as_u16(), &part.headers()["content-range"]),
        (206, &"bytes 65530-65545/200000".parse().unwrap())
    );
    assert_eq!(part.bytes().await.unwrap(), sound[65_530..=65_545]);
    assert_eq!(listen(&monitor, &[why, ("range", "bytes=200000-")]).await.status(), 416);
    world.end().await;
}
