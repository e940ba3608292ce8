//! A notification service of its own for each test, in as many replicas as it asks for.

use std::net::SocketAddr;
use std::ops::Deref;
use std::path::PathBuf;

use chassis::grpc::Channel;
use chassis::{Life, Sealer};
use contracts::intake::{CaseRegistered, ContactPoint};
use contracts::notification::notification_service_client::NotificationServiceClient;
use contracts::notification::{ListNoticesRequest, Notice};
use contracts::timestamp;
use notification::Config;
use prost::Message as _;
pub use stage::{PATIENCE, start};
use stage::{Stage, patiently};
use tempfile::TempDir;

const KEY: &str = "a test key of more than thirty-two characters";

pub struct World {
    stage: Stage,
    folder: TempDir,
    config: Config,
    pub api: NotificationServiceClient<Channel>,
}

impl World {
    /// Replicas that were told more by `configure`, on a clock that runs `rate` times as fast.
    pub async fn new(replicas: usize, rate: f64, configure: impl FnOnce(&mut Config)) -> Self {
        let stage = Stage::new("notification", &["intake", "routing", "deadline", "audit"], rate).await;
        let folder = tempfile::tempdir().unwrap();
        let outbox_file = folder.path().join("out").join("outbox.jsonl");
        let common = stage.common.clone();
        let mut config =
            Config { common, seal_key: KEY.into(), outbox_file, sweep_wait_ms: 20, ..Default::default() };
        configure(&mut config);
        let mut grpc = None;
        for _ in 0..replicas {
            grpc = Some(notification::start(config.clone(), &stage.life).await.unwrap().grpc);
        }
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let channel = stage.keys.channel(grpc.unwrap_or(nowhere));
        Self { stage, folder, config, api: NotificationServiceClient::new(channel) }
    }

    /// One replica more, with a life of its own.
    pub async fn replica(&self) -> Life {
        let life = Life::default();
        notification::start(self.config.clone(), &life).await.unwrap();
        life
    }

    pub fn outbox_file(&self) -> PathBuf {
        self.folder.path().join("out").join("outbox.jsonl")
    }

    /// The outbox file's lines.
    pub fn lines(&self) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(self.outbox_file()).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
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

    /// Waits until all that was said is heard and nothing is left to send.
    pub async fn until_quiet(&self) {
        patiently("something is left", async || self.is_quiet().await.then_some(())).await;
    }

    async fn is_quiet(&self) -> bool {
        let pending = sqlx::query_scalar::<_, i64>(notification::store::PENDING);
        self.has_heard_all().await && pending.fetch_one(&self.db).await.unwrap() == 0
    }

    pub async fn list(&self, case_id: &str) -> Vec<Notice> {
        let case_id = case_id.to_owned();
        self.asked(ListNoticesRequest { case_id, ..Default::default() }).await
    }

    pub async fn list_of(&self, recipient: &str) -> Vec<Notice> {
        let recipient = recipient.to_owned();
        self.asked(ListNoticesRequest { recipient, ..Default::default() }).await
    }

    async fn asked(&self, ask: ListNoticesRequest) -> Vec<Notice> {
        self.api.clone().list_notices(ask).await.unwrap().into_inner().notices
    }
}

impl Deref for World {
    type Target = Stage;

    fn deref(&self) -> &Stage {
        &self.stage
    }
}
