//! What every request may use.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chassis::admin::Readiness;
use chassis::clock::Clock;
use chassis::grpc::Channel;
use contracts::intake::attendance_service_client::AttendanceServiceClient;
use contracts::intake::case_service_client::CaseServiceClient;
use contracts::intake::intake_service_client::IntakeServiceClient;
use contracts::intake::recording_service_client::RecordingServiceClient;
use contracts::routing::routing_service_client::RoutingServiceClient;
use contracts::routing::ruling_service_client::RulingServiceClient;
use tokio::sync::Semaphore;

use crate::Config;
use crate::accounts::Directory;
use crate::calendar::Calendar;
use crate::feed::Feed;
use crate::limits::Gauge;
use crate::names::Names;
use crate::session::Sessions;

/// A registration is acknowledged after its commit: far below this, unless intake is in trouble.
const INTAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// A list or a ruling of the staff: below the time that a request may take.
const ROUTING_TIMEOUT: Duration = Duration::from_secs(10);

/// Viewers of the live page at once; each holds a connection for as long as it looks.
const MAX_VIEWERS: usize = 1_000;

/// Shared by all requests; cheap to copy.
#[derive(Clone)]
pub(crate) struct App {
    pub intake: IntakeServiceClient<Channel>,
    pub cases: CaseServiceClient<Channel>,
    pub attendance: AttendanceServiceClient<Channel>,
    pub recordings: RecordingServiceClient<Channel>,
    pub routing: RoutingServiceClient<Channel>,
    pub rulings: RulingServiceClient<Channel>,
    pub directory: Directory,
    pub sessions: Sessions,
    pub feed: Feed,
    pub names: Names,
    pub limits: Arc<Gauge>,
    pub calendar: Calendar,
    pub clock: Clock,
    pub readiness: Readiness,
    pub viewers: Arc<Semaphore>,
}

impl App {
    pub fn new(config: &Config, feed: Feed, names: Names, readiness: Readiness) -> Result<Self> {
        let channel = chassis::grpc::channel(&config.intake_url, INTAKE_TIMEOUT, &config.badge()?)
            .with_context(|| format!("intake_url `{}` cannot be used", config.intake_url))?;
        let to_routing = chassis::grpc::channel(&config.routing_url, ROUTING_TIMEOUT, &config.badge()?)
            .with_context(|| format!("routing_url `{}` cannot be used", config.routing_url))?;
        Ok(App {
            rulings: RulingServiceClient::new(to_routing.clone()),
            routing: RoutingServiceClient::new(to_routing),
            directory: Directory::of(config.accounts.clone()),
            sessions: Sessions::new(config.signer()?, config.limits.proxies > 0)?,
            attendance: AttendanceServiceClient::new(channel.clone()),
            recordings: RecordingServiceClient::new(channel.clone()),
            intake: IntakeServiceClient::new(channel.clone()),
            cases: CaseServiceClient::new(channel),
            feed,
            names,
            limits: Arc::new(Gauge::new(config.limits)),
            calendar: Calendar::tehran()?,
            clock: config.clock()?,
            readiness,
            viewers: Arc::new(Semaphore::new(MAX_VIEWERS)),
        })
    }
}
