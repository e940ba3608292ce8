//! A deadline service of its own for each test, in as many replicas as it asks for.

use std::time::Duration;

use bus::{Bus, Envelope, Login};
use chassis::clock::Clock;
use chassis::{Common, Life, Profile};
use contracts::deadline::deadline_service_client::DeadlineServiceClient;
use contracts::routing::{ReferralAnswered, ReferralIssued};
use contracts::{Fact, FactId, json, timestamp};
use deadline::Config;
use ground::test::Ground;
use jiff::{SignedDuration, Timestamp};
use sqlx::Row as _;
use tonic::transport::Channel;

/// Something is waited for this long at most.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct World {
    _ground: Ground,
    pub life: Life,
    pub bus: Bus,
    pub clock: Clock,
    pub db: sqlx::PgPool,
    pub api: DeadlineServiceClient<Channel>,
}

/// The moment at which the rehearsal clock starts.
pub fn start() -> Timestamp {
    "2025-10-01T08:00:00+03:30".parse().unwrap()
}

/// So many hours before the start.
pub fn ago(hours: i64) -> Timestamp {
    start() - SignedDuration::from_hours(hours)
}

impl World {
    pub async fn new(replicas: usize) -> Self {
        Self::at_rate(replicas, 1.0).await
    }

    pub async fn at_rate(replicas: usize, rate: f64) -> Self {
        let (ground, life, clock) =
            (Ground::new().await, Life::default(), Clock::rehearsal(start(), rate, start(), rate));
        let url = ground.database("deadline").await;
        let bus = Bus::connect(&ground.nats_url(), "test", &Login::default()).await.unwrap();
        bus.ensure_stream("routing", 1).await.unwrap();
        let common = Common {
            profile: Profile::Rehearsal,
            clock: clock.spelling(),
            nats_url: ground.nats_url(),
            postgres_url: url.clone().into(),
            ..Default::default()
        };
        let config = Config { common, grace_ms: 0, sweep_wait_ms: 20, full_sweep_ms: 500 };
        let mut grpc = None;
        for _ in 0..replicas {
            grpc = Some(deadline::start(config.clone(), &life).await.unwrap().grpc);
        }
        let channel =
            chassis::grpc::channel(&format!("http://{}", grpc.unwrap()), Duration::from_secs(30)).unwrap();
        let db = sqlx::PgPool::connect(&url).await.unwrap();
        Self { _ground: ground, life, bus, clock, db, api: DeadlineServiceClient::new(channel) }
    }

    /// States facts of routing.
    pub async fn say<F: Fact>(&self, facts: &[F]) {
        let envelopes: Vec<Envelope> = facts.iter().map(|fact| self.envelope(fact)).collect();
        for some in envelopes.chunks(500) {
            self.bus.publish("routing", some).await.unwrap();
        }
    }

    fn envelope<F: Fact>(&self, fact: &F) -> Envelope {
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

    /// Waits until everything that was said to the service is done.
    pub async fn until_quiet(&self) {
        let waiting = async {
            loop {
                // Until the service has made its consumer there is none to ask.
                let lag = bus::Feed::lag(&self.bus, "routing", "deadline").await;
                if lag.is_ok_and(|lag| lag.waiting + lag.in_hand == 0) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("facts are left");
    }

    /// A referral issued at that moment.
    pub fn issued(&self, issued_at: Timestamp) -> ReferralIssued {
        ReferralIssued {
            referral_id: self.clock.new_id().to_string(),
            case_id: self.clock.new_id().to_string(),
            round: 1,
            agency: "fars_water".into(),
            province: "fars".into(),
            issued_at: Some(timestamp(issued_at)),
            ..Default::default()
        }
    }
}

/// The answer to a referral.
pub fn answered(issued: &ReferralIssued, at: Timestamp) -> ReferralAnswered {
    ReferralAnswered {
        referral_id: issued.referral_id.clone(),
        case_id: issued.case_id.clone(),
        agency: issued.agency.clone(),
        province: issued.province.clone(),
        answered_at: Some(timestamp(at)),
        ..Default::default()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.life.stop();
    }
}
