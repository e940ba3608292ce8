//! The whole system in this process, and agencies' own clients: raw ones, which try what no adapter would.

use std::time::Duration;

use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::consumer::pull::Stream;
use async_nats::jetstream::{self, Message};
use async_nats::{Client, ConnectOptions, HeaderMap, Request, Subscriber};
use bus::{Bus, Feed};
use bytes::Bytes;
use chassis::clock::{Clock, random_u64};
use cli::doors::Doors;
use cli::ports::Ports;
use cli::services::Run;
use cli::system::{Options, System};
use contracts::agency::{ActionKind, ActionPublished, ActionVerdict};
use contracts::intake::{Channel, Citizen, Kind, Outcome, RegisterContactRequest};
use contracts::json;
use futures_util::future::join_all;
use futures_util::{FutureExt, StreamExt};
use prost::Message as _;
use tempfile::TempDir;
use tests::{PATIENCE, patiently};

/// How long an adapter waits for a verdict before it asks again.
const VERDICT: Duration = Duration::from_secs(5);
/// How long is waited for an answer that must not come.
const REFUSAL: Duration = Duration::from_millis(700);

/// Whose referrals are wanted by another.
pub const WATER: &str = "ea-water";
/// Who tries everything.
pub const CITY: &str = "ea-municipality-tabriz";

pub struct World {
    pub system: System,
    pub doors: Doors,
    pub hub: Bus,
    _data: TempDir,
}

impl World {
    pub async fn new() -> Self {
        // A second test in this process finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let data = ground::scratch("samad-walls-").unwrap();
        let options = Options {
            data: data.path().to_owned(),
            ports: Ports::free().unwrap(),
            clock: Clock::live(),
            agencies: vec![WATER.to_owned(), CITY.to_owned()],
            run: Run::Here,
            nats_url: None,
            postgres_url: None,
            durable: true,
        };
        let system = System::start(&options).await.unwrap();
        let doors = system.doors().unwrap();
        doors.routing().import_catalogue(routing::catalogue_file::shipped().unwrap()).await.unwrap();
        let hub = Bus::connect(&system.nats_url, "walls", &system.operations().unwrap()).await.unwrap();
        for code in [WATER, CITY] {
            patiently("the consumer is made", async || Feed::lag(&hub, "routing", code).await.ok()).await;
        }
        World { system, doors, hub, _data: data }
    }

    /// Registers a matter of WATER's (`water.leak`) or CITY's (`municipal.waste`).
    pub async fn register(&self, topic: &str) {
        let citizen = Citizen {
            name: "شهروند".to_owned(),
            phone: format!("0900{:07}", random_u64() % 10_000_000),
            ..Default::default()
        };
        let request = RegisterContactRequest {
            request_key: Clock::live().new_id().to_string(),
            channel: Channel::Phone.into(),
            province: "east-azerbaijan".to_owned(),
            county: "tabriz".to_owned(),
            citizen: Some(citizen),
            kind: Kind::Complaint.into(),
            topic: topic.to_owned(),
            text: "از هفتهٔ گذشته کسی رسیدگی نکرده است؛ تقاضای رسیدگی دارم.".to_owned(),
            place: "تبریز، خیابان عباسی".to_owned(),
            outcome: Outcome::Register.into(),
            ..Default::default()
        };
        self.doors.intake().register_contact(request).await.unwrap();
    }

    /// The client of an agency, with credentials of its own.
    pub async fn adapter(&self, code: &'static str) -> Adapter {
        let credentials = self.system.keyring.lend(code).unwrap();
        let client = ConnectOptions::with_credentials(&credentials)
            .unwrap()
            .custom_inbox_prefix(format!("_INBOX_{code}"))
            .request_timeout(Some(PATIENCE))
            .connect(&self.system.nats_url)
            .await
            .unwrap();
        Adapter { client, code }
    }

    /// Waits until so many facts wait before the agency's consumer.
    pub async fn until_waiting(&self, code: &str, count: u64) {
        patiently("a referral waits", async || {
            Feed::lag(&self.hub, "routing", code).await.ok().filter(|lag| lag.waiting == count)
        })
        .await;
    }

    pub async fn end(self) {
        self.system.stop().await.unwrap();
    }
}

pub struct Adapter {
    pub client: Client,
    pub code: &'static str,
}

impl Adapter {
    /// What is meant for the agency, as it comes.
    pub async fn feed(&self) -> Stream {
        let js = jetstream::with_prefix(self.client.clone(), "GOV.API");
        let consumer: PullConsumer = js.get_consumer_from_stream(self.code, "ROUTING").await.unwrap();
        consumer.stream().max_messages_per_batch(1).messages().await.unwrap()
    }

    /// The next fact that is meant for the agency.
    pub async fn pull(&self) -> Message {
        next(&mut self.feed().await).await
    }

    /// Hands in an action; the verdict.
    pub async fn act(&self, action: &ActionPublished) -> ActionVerdict {
        patiently("a verdict", async || self.ask(action).await).await
    }

    /// Hands in an action once; nothing when no verdict comes in time.
    pub async fn ask(&self, action: &ActionPublished) -> Option<ActionVerdict> {
        self.send(&action.referral_id, action.encode_to_vec().into(), HeaderMap::new()).await
    }

    /// Hands in whatever this is, once.
    pub async fn send(&self, referral: &str, body: Bytes, headers: HeaderMap) -> Option<ActionVerdict> {
        let subject = format!("agency.action_published.{referral}");
        let request = Request::new().headers(headers).payload(body).timeout(Some(VERDICT));
        let answer = self.client.send_request(subject, request).await.ok()?;
        let format = answer.headers.as_ref().and_then(|said| bus::header(said, "ce-datacontenttype"));
        let format = format.unwrap_or(json::PROTOBUF);
        Some(json::read("samad.agency.v1.ActionVerdict", format, &answer.payload).unwrap())
    }
}

/// The next fact of a feed; a heartbeat that is late is no fact and no end.
pub async fn next(feed: &mut Stream) -> Message {
    let next = async {
        loop {
            if let Ok(message) = feed.next().await.unwrap() {
                return message;
            }
        }
    };
    tokio::time::timeout(PATIENCE, next).await.unwrap()
}

/// Asks all of these; panics when any is answered. At once, since each waits its time.
pub async fn assert_refused(client: &Client, subjects: impl IntoIterator<Item = String>) {
    let asked = subjects.into_iter().map(async |subject| {
        let answer = client.send_request(subject.clone(), Request::new().timeout(Some(REFUSAL))).await;
        assert!(answer.is_err(), "{subject} was answered");
    });
    join_all(asked).await;
}

/// Listens on all of these.
pub async fn ears(client: &Client, subjects: impl IntoIterator<Item = String>) -> Vec<Subscriber> {
    let mut ears = Vec::new();
    for subject in subjects {
        ears.push(client.subscribe(subject).await.unwrap());
    }
    client.flush().await.unwrap();
    ears
}

/// Panics when anything was heard so far.
pub fn assert_deaf(ears: &mut [Subscriber]) {
    for ear in ears {
        let heard = ear.next().now_or_never().flatten();
        assert!(heard.is_none(), "heard {heard:?}");
    }
}

/// The referral that a fact speaks of.
pub fn referral_of(message: &Message) -> String {
    bus::header(message.headers.as_ref().unwrap(), "ce-subject").unwrap().to_owned()
}

pub fn accepted(referral: &str) -> ActionPublished {
    ActionPublished {
        action_id: Clock::live().new_id().to_string(),
        referral_id: referral.to_owned(),
        kind: ActionKind::Accepted.into(),
        ..Default::default()
    }
}

/// The word of a verdict: `recorded`, or the refusal's code.
pub fn word(verdict: &ActionVerdict) -> &str {
    verdict.refusal.as_ref().map_or("recorded", |refusal| refusal.code.as_str())
}
