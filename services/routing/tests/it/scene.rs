//! A running routing service with a small catalogue, and the hands to play intake and an agency.

use std::net::SocketAddr;
use std::time::Duration;

use bus::{Bus, Envelope, Feed, Login};
use chassis::clock::Clock;
use chassis::grpc::Channel;
use chassis::{Caller, Common, Life, Profile};
use contracts::agency::{ActionPublished, ActionVerdict};
use contracts::intake::{CaseRegistered, CaseWithdrawn};
use contracts::json::{self, JSON, PROTOBUF};
use contracts::routing::routing_service_client::RoutingServiceClient;
use contracts::routing::ruling_service_client::RulingServiceClient;
use contracts::routing::{
    Agency, ImportCatalogueRequest, ListReferralsRequest, Referral, Rule, Topic, WireFormat,
};
use contracts::{Fact, FactId};
use futures_util::StreamExt;
use ground::test::Ground;
use sqlx::Connection as _;
use stage::Keys;

/// Longest that anything awaited may take.
pub const PATIENCE: Duration = Duration::from_secs(30);
const MESSAGE: &str = "samad.agency.v1.ActionPublished";
const VERDICT: &str = "samad.agency.v1.ActionVerdict";

pub struct Scene {
    pub api: RoutingServiceClient<Channel>,
    pub rulings: RulingServiceClient<Channel>,
    pub bus: Bus,
    pub facts: async_nats::Subscriber,
    pub clock: Clock,
    pub ground: Ground,
    pub database: String,
    pub keys: Keys,
    pub grpc: SocketAddr,
    common: Common,
    life: Life,
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.life.stop();
    }
}

fn agency(code: &str, name_fa: &str, format: WireFormat) -> Agency {
    Agency {
        code: code.into(),
        province: "fars".into(),
        name_fa: name_fa.into(),
        name_en: code.into(),
        format: format.into(),
        supervisor: if code == "fa-governor" { String::new() } else { "fa-governor".into() },
    }
}

/// `water` belongs to fa-water, in shiraz to fa-water-shiraz (which reads JSON); `other` to nobody.
pub fn catalogue() -> ImportCatalogueRequest {
    let topic = |code: &str, parent: &str| Topic {
        code: code.into(),
        parent: parent.into(),
        name_fa: "آب".into(),
        name_en: "Water".into(),
    };
    let rule = |topic: &str, county: &str, agency: &str| Rule {
        topic: topic.into(),
        province: "fars".into(),
        county: county.into(),
        agency: agency.into(),
        also: Vec::new(),
    };
    ImportCatalogueRequest {
        agencies: vec![
            agency("fa-water", "آبفای فارس", WireFormat::Protobuf),
            agency("fa-water-shiraz", "آبفای شیراز", WireFormat::Json),
            agency("fa-governor", "استانداری فارس", WireFormat::Protobuf),
        ],
        topics: vec![topic("water", ""), topic("water.outage", "water"), topic("other", "")],
        rules: vec![rule("water", "", "fa-water"), rule("water", "shiraz", "fa-water-shiraz")],
    }
}

impl Scene {
    /// The service with [`catalogue`] imported.
    pub async fn new() -> Self {
        let mut scene = Self::empty().await;
        scene.api.import_catalogue(catalogue()).await.unwrap();
        scene
    }

    pub async fn empty() -> Self {
        Self::by_clock("live").await
    }

    pub async fn by_clock(clock: &str) -> Self {
        let ground = Ground::new().await;
        let database = ground.database("routing").await;
        let keys = Keys::default();
        let common = Common {
            verify_key: keys.verify_key.clone(),
            profile: Profile::Rehearsal,
            clock: clock.to_owned(),
            postgres_url: database.clone().into(),
            nats_url: ground.nats_url(),
            ..Common::default()
        };
        let life = Life::default();
        let bus = Bus::connect(&ground.nats_url(), "test", &Login::default()).await.unwrap();
        bus.ensure_stream("intake", 1).await.unwrap();
        let facts = bus.watch("routing.v1.>".into()).await.unwrap();
        let running = routing::start(routing::Config { common: common.clone() }, &life).await.unwrap();
        // An agency that nobody knows is refused, which is no fact: then it listens.
        let nobody = "agency.v1.nobody.action_published.none";
        let listens =
            async || bus.request(nobody.to_owned(), PROTOBUF, vec![0xff], None, PATIENCE).await.ok();
        stage::patiently("it listens to agencies", listens).await;
        let channel = keys.channel(running.grpc);
        Scene {
            rulings: RulingServiceClient::new(channel.clone()),
            api: RoutingServiceClient::new(channel),
            bus,
            facts,
            clock: Clock::live(),
            ground,
            database,
            keys,
            grpc: running.grpc,
            common,
            life,
        }
    }

    /// The rulings' door for somebody.
    pub fn rulings_of(&self, caller: Caller) -> RulingServiceClient<Channel> {
        RulingServiceClient::new(self.keys.channel_of(self.grpc, caller))
    }

    /// The door of agencies and referrals for somebody.
    pub fn api_of(&self, caller: Caller) -> RoutingServiceClient<Channel> {
        RoutingServiceClient::new(self.keys.channel_of(self.grpc, caller))
    }

    /// A second replica of the service.
    pub async fn replicate(&self) {
        routing::start(routing::Config { common: self.common.clone() }, &self.life).await.unwrap();
    }

    /// Stops the service and waits until all its tasks have ended.
    pub async fn stop(&self) {
        self.life.stop();
        self.life.ended().await.unwrap();
    }

    /// A case as intake registers it; `times` deliveries that the broker cannot tell for repeats.
    pub async fn register(&self, topic: &str, county: &str, times: usize) -> String {
        let case_id = self.clock.new_id().to_string();
        self.register_as(&case_id, topic, county, times).await;
        case_id
    }

    /// As [`Scene::register`], under an id that was given before.
    pub async fn register_as(&self, case_id: &str, topic: &str, county: &str, times: usize) {
        let fact = CaseRegistered {
            case_id: case_id.to_owned(),
            province: "fars".into(),
            county: county.into(),
            topic: topic.into(),
            statement: "آب کوچه از دیشب قطع است".into(),
            place: "خیابان زند".into(),
            sealed_contact_point: b"sealed".to_vec(),
            source_reference: "111-7".into(),
            ..CaseRegistered::default()
        };
        let envelopes: Vec<Envelope> = (0..times).map(|_| self.envelope(&fact)).collect();
        self.bus.publish("intake", &envelopes).await.unwrap();
    }

    /// The citizen withdraws a case, as intake says it; `times` deliveries.
    pub async fn withdraw(&self, case_id: &str, times: usize) {
        let (case_id, reason) = (case_id.to_owned(), "مشکل حل شد".to_owned());
        let fact = CaseWithdrawn { case_id, province: "fars".into(), reason, ..Default::default() };
        let envelopes: Vec<Envelope> = (0..times).map(|_| self.envelope(&fact)).collect();
        self.bus.publish("intake", &envelopes).await.unwrap();
    }

    pub fn envelope<F: Fact>(&self, fact: &F) -> Envelope {
        Envelope::of(FactId(self.clock.new_id()), self.clock.now(), fact)
    }

    /// The next fact of this type that routing states; others on the way are dropped.
    pub async fn heard<F: Fact>(&mut self) -> (F, Envelope) {
        let next = async {
            loop {
                let message = self.facts.next().await.expect("the connection stands");
                let envelope =
                    Envelope::read(&message.subject, message.headers.as_ref(), message.payload).unwrap();
                if envelope.is(F::NAME) {
                    let fact = json::read(F::NAME.message, &envelope.content_type, &envelope.data).unwrap();
                    return (fact, envelope);
                }
            }
        };
        tokio::time::timeout(PATIENCE, next).await.unwrap_or_else(|_| panic!("no {} came", F::NAME.name))
    }

    /// Waits until the service is done with what intake said so far: what is said next is stated after it, whatever its id.
    async fn until_heard(&self) {
        let heard = async {
            let lag = async || Feed::lag(&self.bus, "intake", "routing").await;
            while lag().await.map_or(true, |lag| lag.waiting + lag.in_hand > 0) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, heard).await.expect("it hears");
    }

    /// Every fact published until the answer to a marker case came: what did not come by then was not stated.
    pub async fn names_until_marker(&mut self) -> Vec<String> {
        self.until_heard().await;
        let marker = self.register("other", "", 1).await;
        let mut names = Vec::new();
        let collect = async {
            loop {
                let message = self.facts.next().await.expect("the connection stands");
                let fact =
                    Envelope::read(&message.subject, message.headers.as_ref(), message.payload).unwrap();
                if fact.about == marker {
                    return;
                }
                names.push(fact.name().to_owned());
            }
        };
        tokio::time::timeout(PATIENCE, collect).await.expect("the marker came");
        names
    }

    pub fn action(&self, referral_id: &str, kind: i32) -> ActionPublished {
        ActionPublished {
            action_id: self.clock.new_id().to_string(),
            referral_id: referral_id.into(),
            kind,
            outcome: i32::from(kind == 3),
            text: "لوله ترمیم شد".into(),
            ..ActionPublished::default()
        }
    }

    pub async fn act(&self, agency: &str, action: &ActionPublished) -> ActionVerdict {
        let body = json::write(MESSAGE, PROTOBUF, action).unwrap();
        self.ask(agency, &action.referral_id, PROTOBUF, body).await.1
    }

    /// The reply's content type and verdict.
    pub async fn ask(
        &self,
        agency: &str,
        referral: &str,
        format: &str,
        body: Vec<u8>,
    ) -> (String, ActionVerdict) {
        let subject = format!("agency.v1.{agency}.action_published.{referral}");
        let reply = self.bus.request(subject, format, body, None, PATIENCE).await.unwrap();
        let format =
            reply.headers.as_ref().and_then(|h| h.get("ce-datacontenttype")).unwrap().as_str().to_owned();
        let verdict = json::read(VERDICT, &format, &reply.payload).unwrap();
        (format, verdict)
    }

    pub async fn referrals(&self, case_id: &str) -> Vec<Referral> {
        let request = ListReferralsRequest { case_id: case_id.into() };
        self.api.clone().list_referrals(request).await.unwrap().into_inner().referrals
    }

    /// How many fingerprints of answers the service keeps.
    pub async fn kept_fingerprints(&self) -> i64 {
        let mut database = sqlx::PgConnection::connect(&self.database).await.unwrap();
        let count = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM answer_fingerprint");
        count.fetch_one(&mut database).await.unwrap()
    }

    pub fn write_json(action: &ActionPublished) -> Vec<u8> {
        json::write(MESSAGE, JSON, action).unwrap()
    }
}

/// The code of a refused verdict, `recorded` otherwise.
pub fn word(verdict: &ActionVerdict) -> String {
    assert_eq!(verdict.recorded, verdict.refusal.is_none());
    verdict.refusal.as_ref().map_or_else(|| "recorded".into(), |refusal| refusal.code.clone())
}
