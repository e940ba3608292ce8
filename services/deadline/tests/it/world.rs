//! A deadline service of its own for each test, in as many replicas as it asks for.

use std::ops::Deref;

use bus::Envelope;
use chassis::grpc::Channel;
use contracts::deadline::deadline_service_client::DeadlineServiceClient;
use contracts::routing::{ReferralAnswered, ReferralIssued};
use contracts::{Fact, timestamp};
use deadline::Config;
use jiff::{SignedDuration, Timestamp};
pub use stage::start;
use stage::{Stage, patiently};

pub struct World {
    stage: Stage,
    pub api: DeadlineServiceClient<Channel>,
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
        let stage = Stage::new("deadline", &["intake", "routing"], rate).await;
        let config =
            Config { common: stage.common.clone(), grace_ms: 0, sweep_wait_ms: 20, full_sweep_ms: 500 };
        let mut grpc = None;
        for _ in 0..replicas {
            grpc = Some(deadline::start(config.clone(), &stage.life).await.unwrap().grpc);
        }
        let channel = stage.keys.channel(grpc.unwrap());
        Self { stage, api: DeadlineServiceClient::new(channel) }
    }

    /// States facts of routing.
    pub async fn say<F: Fact>(&self, facts: &[F]) {
        let envelopes: Vec<Envelope> = facts.iter().map(|fact| self.said(fact)).collect();
        self.publish(&envelopes).await;
    }

    /// Waits until everything that was said to the service is done.
    pub async fn until_quiet(&self) {
        patiently("facts are left", async || self.has_heard_all().await.then_some(())).await;
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

impl Deref for World {
    type Target = Stage;

    fn deref(&self) -> &Stage {
        &self.stage
    }
}
