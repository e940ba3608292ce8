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
use tokio::sync::Semaphore;

use crate::Config;
use crate::calendar::Calendar;
use crate::feed::Feed;
use crate::limits::Gauge;
use crate::names::Names;

/// A registration is acknowledged after its commit: far below this, unless intake is in trouble.
const INTAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Viewers of the live page at once; each holds a connection for as long as it looks.
const MAX_VIEWERS: usize = 1_000;

/// Shared by all requests; cheap to copy.
#[derive(Clone)]
pub(crate) struct App {
    pub intake: IntakeServiceClient<Channel>,
    pub cases: CaseServiceClient<Channel>,
    pub attendance: AttendanceServiceClient<Channel>,
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
        Ok(App {
            attendance: AttendanceServiceClient::new(channel.clone()),
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
