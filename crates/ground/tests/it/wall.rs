//! What an agency can reach of the hub: its own referrals and actions, and nothing else. Every attack here is one
//! that a shared account would let through.

use std::sync::atomic::Ordering;
use std::time::Duration;

use async_nats::jetstream::consumer::{PullConsumer, pull};
use async_nats::jetstream::{self, stream};
use async_nats::{Client, ConnectOptions, Subscriber};
use bytes::Bytes;
use futures_util::future::join_all;
use futures_util::{FutureExt, StreamExt};
use ground::AgencyAccount;
use ground::test::Ground;
use nkeys::KeyPair;

use crate::PATIENCE;

/// How long an agency waits for an answer that must not come.
const REFUSAL: Duration = Duration::from_millis(500);

struct Wall {
    ground: Ground,
    hub: jetstream::Context,
    actions: Subscriber,
    water: Client,
    roads: Client,
    accounts: Vec<AgencyAccount>,
}

/// A hub with the stream ROUTING, two agencies with a consumer each and one referral each.
async fn wall() -> Wall {
    let keys = [("water", KeyPair::new_user()), ("roads", KeyPair::new_user())];
    let accounts: Vec<AgencyAccount> = keys
        .iter()
        .map(|(code, key)| AgencyAccount { agency: (*code).into(), public_nkey: key.public_key() })
        .collect();
    let ground = Ground::with_agencies(accounts.clone()).await;
    let client = async_nats::connect(ground.nats_url()).await.unwrap();
    let actions = client.subscribe("agency.v1.*.action_published.*").await.unwrap();
    let hub = jetstream::new(client);
    let subjects = vec!["routing.v1.>".into()];
    let routing = stream::Config { name: "ROUTING".into(), subjects, ..Default::default() };
    let routing = hub.create_stream(routing).await.unwrap();
    for (code, _) in &keys {
        let config = pull::Config {
            durable_name: Some((*code).into()),
            filter_subject: format!("routing.v1.referral_issued.ea.{code}.>"),
            ack_wait: Duration::from_secs(60),
            ..Default::default()
        };
        routing.create_consumer(config).await.unwrap();
        let subject = format!("routing.v1.referral_issued.ea.{code}.r1");
        hub.publish(subject, format!("for {code}").into()).await.unwrap().await.unwrap();
    }
    let [water, roads] = [&keys[0], &keys[1]].map(|(code, key)| {
        ConnectOptions::with_nkey(key.seed().unwrap())
            .custom_inbox_prefix(format!("_INBOX_{code}"))
            .request_timeout(Some(REFUSAL))
            .connect(ground.nats_url())
    });
    let (water, roads) = (water.await.unwrap(), roads.await.unwrap());
    Wall { ground, hub, actions, water, roads, accounts }
}

impl Wall {
    /// Sends all of these as the agency `water`; panics when any is answered. At once, since each waits its time.
    async fn assert_refused(&self, subjects: &[String]) {
        let asked = subjects.iter().map(async |subject| {
            let answer = self.water.request(subject.clone(), "".into()).await;
            assert!(answer.is_err(), "{subject} was answered");
        });
        join_all(asked).await;
    }

    async fn pending(&self, code: &str) -> (u64, usize) {
        let consumer: PullConsumer = self.hub.get_consumer_from_stream(code, "ROUTING").await.unwrap();
        let info = consumer.cached_info();
        (info.num_pending, info.num_ack_pending)
    }

    /// Both streams' contents and consumers are as [`wall`] made them.
    async fn assert_untouched(&self) {
        let stream = self.hub.get_stream("ROUTING").await.unwrap();
        assert_eq!(stream.cached_info().state.messages, 2);
        assert_eq!(stream.cached_info().state.consumer_count, 2);
        assert_eq!(self.pending("roads").await, (1, 0), "another agency's referral was touched");
    }
}

async fn pull_one(client: &Client, code: &str) -> jetstream::Message {
    let js = jetstream::with_prefix(client.clone(), "GOV.API");
    let consumer: PullConsumer = js.get_consumer_from_stream(code, "ROUTING").await.unwrap();
    let mut messages = consumer.messages().await.unwrap();
    tokio::time::timeout(PATIENCE, messages.next()).await.unwrap().unwrap().unwrap()
}

#[tokio::test]
async fn an_agency_takes_its_referral_and_its_action_arrives_under_its_name() {
    let mut wall = wall().await;
    let referral = pull_one(&wall.water, "water").await;
    assert_eq!(referral.payload, Bytes::from("for water"));
    referral.double_ack().await.unwrap();
    assert_eq!(wall.pending("water").await, (0, 0));

    let hub = wall.hub.client();
    let responder = tokio::spawn(async move {
        let action = wall.actions.next().await.unwrap();
        hub.publish(action.reply.clone().unwrap(), "stored".into()).await.unwrap();
        action.subject.to_string()
    });
    let answer = wall.water.request("agency.action_published.r1", "done".into()).await.unwrap();
    assert_eq!(answer.payload, Bytes::from("stored"));
    assert_eq!(responder.await.unwrap(), "agency.v1.water.action_published.r1");
    assert_eq!(pull_one(&wall.roads, "roads").await.payload, Bytes::from("for roads"));
}

#[tokio::test]
async fn an_agency_goes_on_after_the_server_came_back_and_after_others_joined() {
    let mut wall = wall().await;
    let newcomer = AgencyAccount { agency: "parks".into(), public_nkey: KeyPair::new_user().public_key() };
    let mut accounts = wall.accounts.clone();
    accounts.push(newcomer);
    wall.ground.nats.reload(accounts).await.unwrap();
    assert_eq!(pull_one(&wall.water, "water").await.payload, Bytes::from("for water"));

    let connects = || wall.roads.statistics().connects.load(Ordering::Relaxed);
    let before = connects();
    wall.ground.nats.restart().await.unwrap();
    crate::eventually("the agency did not come back", async || connects() > before).await;
    assert_eq!(pull_one(&wall.roads, "roads").await.payload, Bytes::from("for roads"));
}

#[tokio::test]
async fn an_agency_cannot_use_anothers_name_consumer_or_acknowledgement() {
    let mut wall = wall().await;
    let api = jetstream::with_prefix(wall.water.clone(), "GOV.API");
    assert!(api.get_consumer_from_stream::<pull::Config, _, _>("roads", "ROUTING").await.is_err());
    let subjects = [
        "GOV.API.CONSUMER.MSG.NEXT.ROUTING.roads",
        "$JS.API.CONSUMER.MSG.NEXT.ROUTING.roads",
        "$JS.hub.API.CONSUMER.MSG.NEXT.ROUTING.roads",
        "$JS.ACK.ROUTING.roads.1.2.1.1.0",
        "agency.v1.roads.action_published.r1",
        "agency.v1.water.action_published.r1",
        "agency.action_published.r1.roads",
        "routing.v1.referral_issued.ea.roads.r2",
    ];
    wall.assert_refused(&subjects.map(str::to_owned)).await;
    wall.assert_untouched().await;
    // Nothing of the above reached the hub: the first action it hears of is the marker.
    wall.water.publish("agency.action_published.marker", "".into()).await.unwrap();
    let heard = tokio::time::timeout(PATIENCE, wall.actions.next()).await.unwrap().unwrap();
    assert_eq!(heard.subject.as_str(), "agency.v1.water.action_published.marker");
}

#[tokio::test]
async fn an_agency_cannot_manage_streams_or_consumers() {
    let wall = wall().await;
    let verbs = [
        "INFO",
        "STREAM.NAMES",
        "STREAM.LIST",
        "STREAM.INFO.ROUTING",
        "STREAM.PURGE.ROUTING",
        "STREAM.DELETE.ROUTING",
        "STREAM.MSG.GET.ROUTING",
        "STREAM.MSG.DELETE.ROUTING",
        "CONSUMER.NAMES.ROUTING",
        "CONSUMER.DELETE.ROUTING.roads",
        "CONSUMER.DELETE.ROUTING.water",
        "CONSUMER.CREATE.ROUTING.spy",
        "CONSUMER.PAUSE.ROUTING.roads",
        "DIRECT.GET.ROUTING",
    ];
    for prefix in ["$JS.API", "$JS.hub.API", "GOV.API"] {
        wall.assert_refused(&verbs.map(|verb| format!("{prefix}.{verb}"))).await;
    }
    wall.assert_untouched().await;
}

#[tokio::test]
async fn an_agency_hears_only_its_own_inbox() {
    let wall = wall().await;
    let mut ears = Vec::new();
    for subject in [">", "routing.>", "agency.>", "_INBOX.>", "_INBOX_roads.>", "$JS.>", "$SYS.>"] {
        ears.push(wall.water.subscribe(subject).await.unwrap());
    }
    wall.water.flush().await.unwrap();
    wall.hub.publish("routing.v1.referral_issued.ea.roads.r2", "secret".into()).await.unwrap().await.unwrap();
    let taken = pull_one(&wall.roads, "roads").await;
    taken.double_ack().await.unwrap();
    // Whatever was sent to an ear has arrived once the server has answered this.
    wall.water.flush().await.unwrap();
    let _own = pull_one(&wall.water, "water").await;
    for ear in &mut ears {
        let heard = ear.next().now_or_never().flatten();
        assert!(heard.is_none(), "heard {heard:?}");
    }
}

/// In a shared account, JetStream's answer to a pull is itself a command when the puller names the command's subject
/// as the one to reply to.
#[tokio::test]
async fn a_reply_subject_is_not_a_way_into_the_hub() {
    let wall = wall().await;
    let first = pull_one(&wall.water, "water").await;
    let ack = first.reply.clone().unwrap();
    let pull = "GOV.API.CONSUMER.MSG.NEXT.ROUTING.water";
    for reply in [
        "$JS.API.STREAM.DELETE.ROUTING",
        "$JS.API.STREAM.PURGE.ROUTING",
        "$JS.API.CONSUMER.DELETE.ROUTING.roads",
        "$JS.hub.API.STREAM.DELETE.ROUTING",
        "$JS.ACK.ROUTING.roads.1.2.1.1.0",
        "routing.v1.referral_issued.ea.roads.r9",
        "agency.v1.roads.action_published.r1",
    ] {
        for body in [r#"{"batch":1,"no_wait":true}"#, r#"{"batch":1,"expires":1000000}"#] {
            wall.water.publish_with_reply(pull, reply, body.into()).await.unwrap();
        }
        wall.water.publish_with_reply(ack.clone(), reply, "+NXT".into()).await.unwrap();
        let info = "GOV.API.CONSUMER.INFO.ROUTING.water";
        wall.water.publish_with_reply(info, reply, "".into()).await.unwrap();
    }
    // The server takes an account's requests in order: once it answers this, it has dealt with the above.
    first.double_ack().await.unwrap();
    wall.assert_untouched().await;
}
