//! A notification service of its own for each test, in as many replicas as it asks for.

use std::path::PathBuf;
use std::time::Duration;

use bus::{Bus, Envelope, Login};
use chassis::clock::Clock;
use chassis::{Common, Life, Profile, Sealer};
use contracts::intake::{CaseRegistered, ContactPoint};
use contracts::notification::notification_service_client::NotificationServiceClient;
use contracts::notification::{ListNoticesRequest, Notice};
use contracts::{Fact, FactId, json, timestamp};
use ground::test::Ground;
use jiff::Timestamp;
use notification::Config;
use prost::Message as _;
use sqlx::Row as _;
use tempfile::TempDir;
use tonic::transport::Channel;

/// Something is waited for this long at most.
pub const PATIENCE: Duration = Duration::from_secs(60);
const KEY: &str = "a test key of more than thirty-two characters";

pub struct World {
    _ground: Ground,
    folder: TempDir,
    life: Life,
    bus: Bus,
    pub clock: Clock,
    pub db: sqlx::PgPool,
    api: NotificationServiceClient<Channel>,
}

/// The moment at which the rehearsal clock starts.
pub fn start() -> Timestamp {
    "2025-10-01T08:00:00+03:30".parse().unwrap()
}

impl World {
    /// Replicas that were told more by `configure`, on a clock that runs `rate` times as fast.
    pub async fn new(replicas: usize, rate: f64, configure: impl FnOnce(&mut Config)) -> Self {
        let (ground, life) = (Ground::new().await, Life::default());
        let clock = Clock::rehearsal(start(), rate, start(), rate);
        let url = ground.database("notification").await;
        let bus = Bus::connect(&ground.nats_url(), "test", &Login::default()).await.unwrap();
        for owner in ["intake", "routing", "deadline"] {
            bus.ensure_stream(owner, 1).await.unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let common = Common {
            profile: Profile::Rehearsal,
            clock: clock.spelling(),
            nats_url: ground.nats_url(),
            postgres_url: url.clone().into(),
            ..Default::default()
        };
        let outbox_file = folder.path().join("out").join("outbox.jsonl");
        let mut config =
            Config { common, seal_key: KEY.into(), outbox_file, sweep_wait_ms: 20, ..Default::default() };
        configure(&mut config);
        let mut grpc = None;
        for _ in 0..replicas {
            grpc = Some(notification::start(config.clone(), &life).await.unwrap().grpc);
        }
        let channel =
            chassis::grpc::channel(&format!("http://{}", grpc.unwrap()), Duration::from_secs(30)).unwrap();
        let db = sqlx::PgPool::connect(&url).await.unwrap();
        Self { _ground: ground, folder, life, bus, clock, db, api: NotificationServiceClient::new(channel) }
    }

    pub fn outbox_file(&self) -> PathBuf {
        self.folder.path().join("out").join("outbox.jsonl")
    }

    /// The outbox file's lines.
    pub fn lines(&self) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(self.outbox_file()).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// A fact as it is published; the same id on every publication.
    pub fn said<F: Fact>(&self, fact: &F) -> Envelope {
        Envelope {
            id: FactId(self.clock.new_id()),
            subject: fact.subject(),
            message: F::NAME.message.to_owned(),
            time: start(),
            content_type: json::PROTOBUF.to_owned(),
            traceparent: None,
            data: fact.encode_to_vec().into(),
        }
    }

    pub async fn publish(&self, envelopes: &[Envelope]) {
        for envelope in envelopes {
            let owner = envelope.subject.split('.').next().unwrap();
            self.bus.publish(owner, std::slice::from_ref(envelope)).await.unwrap();
        }
    }

    /// A case of someone with these addresses.
    pub fn registered(&self, phone: &str, email: &str) -> CaseRegistered {
        let contact = ContactPoint {
            name: "زهرا".into(),
            phone: phone.into(),
            email: email.into(),
            language: "fa".into(),
            tracking_code: "1234567890".into(),
        };
        CaseRegistered {
            case_id: self.clock.new_id().to_string(),
            province: "fars".into(),
            sealed_contact_point: Sealer::new(KEY).unwrap().seal(&contact.encode_to_vec()),
            promised_at: Some(timestamp("2025-10-16T08:00:00+03:30".parse().unwrap())),
            registered_at: Some(timestamp(start())),
            ..Default::default()
        }
    }

    /// Every fact of one name that the service stated, in order.
    pub async fn told<F: Fact>(&self) -> Vec<F> {
        let rows = sqlx::query("SELECT data FROM outbox.fact WHERE message = $1 ORDER BY id")
            .bind(F::NAME.message)
            .fetch_all(&self.db)
            .await
            .unwrap();
        rows.iter().map(|row| F::decode(row.get::<&[u8], _>("data")).unwrap()).collect()
    }

    /// Waits until `count` facts of that name were stated, and answers them.
    pub async fn until<F: Fact>(&self, count: usize) -> Vec<F> {
        let waiting = async {
            loop {
                let told = self.told::<F>().await;
                if told.len() >= count {
                    return told;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let told = tokio::time::timeout(PATIENCE, waiting).await;
        told.unwrap_or_else(|_| panic!("fewer than {count} {}", F::NAME.name))
    }

    /// Waits until all that was said is heard and nothing is left to send.
    pub async fn until_quiet(&self) {
        let waiting = async {
            while !self.is_quiet().await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("something is left");
    }

    async fn is_quiet(&self) -> bool {
        for owner in ["intake", "routing", "deadline"] {
            // Until the service has made its consumer there is none to ask.
            let lag = bus::Feed::lag(&self.bus, owner, "notification").await;
            if lag.is_ok_and(|lag| lag.waiting + lag.in_hand > 0) {
                return false;
            }
        }
        let pending: i64 =
            sqlx::query_scalar(notification::store::PENDING).fetch_one(&self.db).await.unwrap();
        pending == 0
    }

    pub async fn list(&self, case_id: &str) -> Vec<Notice> {
        let ask = ListNoticesRequest { case_id: case_id.to_owned() };
        self.api.clone().list_notices(ask).await.unwrap().into_inner().notices
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.life.stop();
    }
}
