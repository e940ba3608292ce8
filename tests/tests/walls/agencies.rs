//! With one agency's real credentials: its own work goes, and everything else is refused by the broker.

use async_nats::HeaderMap;
use bus::{ConsumerLag, Feed};
use futures_util::future::join_all;
use jiff::Timestamp;
use trust::{Agency, Authority, Kind, SERVICES};

use crate::raw::Raw;
use crate::world::{
    Adapter, CITY, WATER, World, accepted, assert_deaf, assert_refused, ears, referral_of, word,
};

const OWNERS: [&str; 5] = ["intake", "routing", "deadline", "notification", "audit"];

/// One referral of each waits, and nothing was taken; with the moments at which the streams were made.
async fn scene() -> (World, Adapter, Adapter, Vec<Timestamp>) {
    let world = World::new().await;
    let (city, water) = (world.adapter(CITY).await, world.adapter(WATER).await);
    world.register("municipal.waste").await;
    world.register("water.leak").await;
    world.until_waiting(CITY, 1).await;
    world.until_waiting(WATER, 1).await;
    let made = made(&world).await;
    (world, city, water, made)
}

async fn made(world: &World) -> Vec<Timestamp> {
    join_all(OWNERS.map(async |owner| world.hub.ensure_stream(owner, 1).await.unwrap().created_at)).await
}

/// The streams are those that were made, everybody's consumers stand, and the other's referral waits as before.
async fn assert_untouched(world: &World, made_before: &[Timestamp]) {
    assert_eq!(made(world).await, made_before);
    assert_eq!(
        Feed::lag(&world.hub, "routing", WATER).await.unwrap(),
        ConsumerLag { waiting: 1, in_hand: 0 }
    );
    for hearer in SERVICES {
        for owner in hearer.hears {
            Feed::lag(&world.hub, owner, hearer.name).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_does_its_own_work_and_reaches_nothing_else() {
    let (world, city, water, made) = scene().await;
    others_names(&city).await;
    assert_untouched(&world, &made).await;
    administration(&city).await;
    assert_untouched(&world, &made).await;
    deaf(&world, &city).await;
    reply_subjects(&city).await;
    assert_untouched(&world, &made).await;
    // After all of that both go on.
    for adapter in [&city, &water] {
        let message = adapter.pull().await;
        assert_eq!(word(&adapter.act(&accepted(&referral_of(&message))).await), "recorded");
        message.double_ack().await.unwrap();
    }
    forgeries(&city, &water, &world).await;
    oversized(&world);
    strangers(&world).await;
    world.end().await;
}

/// Another's subjects, consumer and acknowledgements, also spelt with wildcards.
async fn others_names(city: &Adapter) {
    let mut subjects = Vec::new();
    for other in [WATER, "audit", "intake", "*", ">"] {
        subjects.extend([
            format!("GOV.API.CONSUMER.MSG.NEXT.ROUTING.{other}"),
            format!("GOV.API.CONSUMER.INFO.ROUTING.{other}"),
            format!("$JS.API.CONSUMER.MSG.NEXT.ROUTING.{other}"),
            format!("$JS.hub.API.CONSUMER.MSG.NEXT.ROUTING.{other}"),
            format!("$JS.ACK.ROUTING.{other}.1.1.1.1.0"),
            format!("$JS.ACK.hub.x.ROUTING.{other}.1.1.1.1.0"),
            format!("agency.v1.{other}.action_published.r1"),
            format!("routing.v1.referral_issued.east-azerbaijan.{other}.r1"),
        ]);
    }
    subjects.extend(
        [
            "agency.v1.ea-municipality-tabriz.action_published.r1",
            "agency.action_published.r1.ea-water",
            "intake.v1.case_registered.east-azerbaijan._.r1",
            "audit.v1.report_issued._._.r1",
            "_INBOX_ea-water.x",
            "_INBOX_routing.x",
            "_R_.x",
        ]
        .map(str::to_owned),
    );
    assert_refused(&city.client, subjects).await;
}

/// Streams' and consumers' management, single messages, the broker's own account.
async fn administration(city: &Adapter) {
    let verbs = [
        "INFO",
        "STREAM.NAMES",
        "STREAM.LIST",
        "STREAM.CREATE.MINE",
        "STREAM.INFO.ROUTING",
        "STREAM.UPDATE.ROUTING",
        "STREAM.PURGE.ROUTING",
        "STREAM.DELETE.ROUTING",
        "STREAM.SNAPSHOT.ROUTING",
        "STREAM.MSG.GET.ROUTING",
        "STREAM.MSG.DELETE.ROUTING",
        "CONSUMER.NAMES.ROUTING",
        "CONSUMER.LIST.ROUTING",
        "CONSUMER.DELETE.ROUTING.ea-water",
        "CONSUMER.DELETE.ROUTING.ea-municipality-tabriz",
        "CONSUMER.CREATE.ROUTING.spy",
        "CONSUMER.CREATE.ROUTING.ea-municipality-tabriz",
        "CONSUMER.DURABLE.CREATE.ROUTING.spy",
        "CONSUMER.PAUSE.ROUTING.ea-water",
        "CONSUMER.RESET.ROUTING.ea-water",
        "CONSUMER.UNPIN.ROUTING.ea-water",
        "DIRECT.GET.ROUTING",
        "DIRECT.GET.INTAKE.intake.v1.>",
    ];
    let mut subjects: Vec<String> = ["$JS.API", "$JS.hub.API", "GOV.API"]
        .iter()
        .flat_map(|prefix| verbs.map(|verb| format!("{prefix}.{verb}")))
        .collect();
    subjects.extend(
        [
            "$SYS.REQ.CLAIMS.UPDATE",
            "$SYS.REQ.CLAIMS.LIST",
            "$SYS.REQ.SERVER.PING",
            "$SYS.REQ.ACCOUNT.PING.CONNZ",
        ]
        .map(str::to_owned),
    );
    assert_refused(&city.client, subjects).await;
}

/// What it may listen to, while services talk of its own matters and of others'.
async fn deaf(world: &World, city: &Adapter) {
    let subjects = [
        ">",
        "*.*",
        "routing.>",
        "intake.>",
        "agency.>",
        "_INBOX.>",
        "_INBOX_ea-water.>",
        "_INBOX_routing.>",
        "_R_.>",
        "$JS.>",
        "$JS.EVENT.>",
        "$SYS.>",
        "GOV.>",
    ];
    let mut ears = ears(&city.client, subjects.map(str::to_owned)).await;
    world.register("municipal.waste").await;
    world.until_waiting(CITY, 2).await;
    // Whatever was sent to an ear has arrived once this is answered.
    city.client.request(format!("GOV.API.CONSUMER.INFO.ROUTING.{CITY}"), "".into()).await.unwrap();
    assert_deaf(&mut ears);
}

/// In a shared account, JetStream's answer to a pull is itself a command when the puller names the command's subject
/// as the one to reply to.
async fn reply_subjects(city: &Adapter) {
    let (pull, info) = (
        format!("GOV.API.CONSUMER.MSG.NEXT.ROUTING.{CITY}"),
        format!("GOV.API.CONSUMER.INFO.ROUTING.{CITY}"),
    );
    for reply in [
        "$JS.API.STREAM.DELETE.ROUTING",
        "$JS.API.STREAM.PURGE.ROUTING",
        "$JS.API.CONSUMER.DELETE.ROUTING.ea-water",
        "$JS.API.CONSUMER.DELETE.ROUTING.audit",
        "$JS.hub.API.STREAM.DELETE.ROUTING",
        "$JS.ACK.ROUTING.ea-water.1.2.1.1.0",
        "routing.v1.referral_issued.east-azerbaijan.ea-water.r9",
        "agency.v1.ea-water.action_published.r1",
    ] {
        // Pulls that end without a message: their answer is empty, as a command may be.
        for body in
            [r#"{"batch":1,"no_wait":true,"max_bytes":1}"#, r#"{"batch":1,"expires":1,"max_bytes":1}"#]
        {
            city.client.publish_with_reply(pull.clone(), reply, body.into()).await.unwrap();
        }
        city.client.publish_with_reply(info.clone(), reply, "".into()).await.unwrap();
    }
    city.client.request(info, "".into()).await.unwrap();
}

/// Actions in another's name or on another's referral, and what is none.
async fn forgeries(city: &Adapter, water: &Adapter, world: &World) {
    world.register("water.leak").await;
    let theirs = referral_of(&water.pull().await);
    let mut headers = HeaderMap::new();
    for (name, value) in [("ce-source", "/samad/routing"), ("ce-agency", WATER), ("Nats-Rollup", "all")] {
        headers.insert(name, value);
    }
    let body = || prost::Message::encode_to_vec(&accepted(&theirs)).into();
    let verdict = async |referral: &str, body, headers| {
        city.send(referral, body, headers).await.map_or_else(String::new, |verdict| word(&verdict).to_owned())
    };
    assert_eq!(verdict(&theirs, body(), headers).await, "not_yours");
    // The subject names one referral, the body another.
    let other = chassis::clock::Clock::live().new_id().to_string();
    let refused = |verdict: String| assert!(!["", "recorded"].contains(&verdict.as_str()), "{verdict:?}");
    refused(verdict(&other, body(), HeaderMap::new()).await);
    for malformed in [vec![0xff; 64], vec![0; 60 * 1024], b"{\"kind\":".to_vec(), Vec::new()] {
        refused(verdict(&theirs, malformed.into(), HeaderMap::new()).await);
    }
    assert_eq!(word(&water.act(&accepted(&theirs)).await), "recorded");
}

/// Who brings nothing, garbage, a stranger's signature or a sandbox's credentials is not let in.
async fn strangers(world: &World) {
    let url = &world.system.nats_url;
    assert!(async_nats::connect(url).await.is_err());
    let now = chassis::clock::Clock::live().now();
    let forged = Agency::new().unwrap().lend(WATER, Kind::Live, now).unwrap();
    let sandbox = Authority::generate(Kind::Sandbox).unwrap();
    for credentials in [forged, sandbox.operations(now).unwrap(), sandbox.registrar(now).unwrap()] {
        let options = async_nats::ConnectOptions::with_credentials(&credentials).unwrap();
        assert!(options.connect(url).await.is_err());
    }
    // No protocol at all.
    let mut raw = Raw::open(&world.system.nats_url);
    raw.send(&[0xff; 4096]);
    assert!(raw.hear_all().contains("-ERR"));
}

/// Larger than an agency may send: the broker ends the connection.
fn oversized(world: &World) {
    let mut raw = Raw::open(&world.system.nats_url);
    raw.sign_in(&world.system.keyring.lend(CITY).unwrap());
    let body = vec![b'x'; 70 * 1024];
    raw.send(format!("PUB agency.action_published.r1 {}\r\n", body.len()).as_bytes());
    raw.send(&body);
    let said = raw.hear_all();
    assert!(said.contains("PONG") && said.contains("Maximum Payload Violation"), "{said}");
}
