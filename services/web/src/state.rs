//! What every request may use.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chassis::Profile;
use chassis::admin::Readiness;
use chassis::clock::Clock;
use chassis::grpc::{Channel, MAX_MESSAGE_BYTES};
use contracts::audit::evaluation_service_client::EvaluationServiceClient;
use contracts::audit::report_service_client::ReportServiceClient;
use contracts::deadline::deadline_service_client::DeadlineServiceClient;
use contracts::intake::attendance_service_client::AttendanceServiceClient;
use contracts::intake::campaign_service_client::CampaignServiceClient;
use contracts::intake::case_service_client::CaseServiceClient;
use contracts::intake::guidance_service_client::GuidanceServiceClient;
use contracts::intake::intake_service_client::IntakeServiceClient;
use contracts::intake::meeting_service_client::MeetingServiceClient;
use contracts::intake::recording_service_client::RecordingServiceClient;
use contracts::intake::source_service_client::SourceServiceClient;
use contracts::intake::work_list_service_client::WorkListServiceClient;
use contracts::routing::agency_service_client::AgencyServiceClient;
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

/// An answer of a service takes far less, unless it is in trouble; below the time that a request may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A report is read from the whole ledger and typeset.
const LEDGER_TIMEOUT: Duration = Duration::from_secs(14);

/// Viewers of the live page at once; each holds a connection for as long as it looks.
const MAX_VIEWERS: usize = 1_000;

/// Shared by all requests; cheap to copy.
#[derive(Clone)]
pub(crate) struct App {
    pub intake: IntakeServiceClient<Channel>,
    pub cases: CaseServiceClient<Channel>,
    pub sources: SourceServiceClient<Channel>,
    pub attendance: AttendanceServiceClient<Channel>,
    pub recordings: RecordingServiceClient<Channel>,
    pub guidance: GuidanceServiceClient<Channel>,
    pub work: WorkListServiceClient<Channel>,
    pub meetings: MeetingServiceClient<Channel>,
    pub campaigns: CampaignServiceClient<Channel>,
    pub routing: RoutingServiceClient<Channel>,
    pub rulings: RulingServiceClient<Channel>,
    pub agencies: AgencyServiceClient<Channel>,
    pub deadlines: DeadlineServiceClient<Channel>,
    pub evaluation: EvaluationServiceClient<Channel>,
    pub reports: ReportServiceClient<Channel>,
    pub directory: Directory,
    pub sessions: Sessions,
    pub feed: Feed,
    pub names: Names,
    pub limits: Arc<Gauge>,
    pub profile: Profile,
    pub calendar: Calendar,
    pub clock: Clock,
    pub readiness: Readiness,
    pub viewers: Arc<Semaphore>,
}

impl App {
    pub fn new(config: &Config, feed: Feed, names: Names, readiness: Readiness) -> Result<Self> {
        let badge = config.badge()?;
        let channel = |name: &str, url: &str, timeout| {
            chassis::grpc::channel(url, timeout, &badge)
                .with_context(|| format!("{name}_url `{url}` cannot be used"))
        };
        let intake = channel("intake", &config.intake_url, TIMEOUT)?;
        let routing = channel("routing", &config.routing_url, TIMEOUT)?;
        let deadline = channel("deadline", &config.deadline_url, TIMEOUT)?;
        let audit = channel("audit", &config.audit_url, LEDGER_TIMEOUT)?;
        Ok(App {
            attendance: AttendanceServiceClient::new(intake.clone()),
            recordings: RecordingServiceClient::new(intake.clone()),
            guidance: GuidanceServiceClient::new(intake.clone()),
            work: WorkListServiceClient::new(intake.clone()),
            meetings: MeetingServiceClient::new(intake.clone()),
            campaigns: CampaignServiceClient::new(intake.clone()),
            cases: CaseServiceClient::new(intake.clone()),
            sources: SourceServiceClient::new(intake.clone()),
            intake: IntakeServiceClient::new(intake),
            rulings: RulingServiceClient::new(routing.clone()),
            agencies: AgencyServiceClient::new(routing.clone()),
            routing: RoutingServiceClient::new(routing),
            deadlines: DeadlineServiceClient::new(deadline),
            evaluation: EvaluationServiceClient::new(audit.clone())
                .max_decoding_message_size(MAX_MESSAGE_BYTES),
            reports: ReportServiceClient::new(audit).max_decoding_message_size(MAX_MESSAGE_BYTES),
            directory: Directory::of(config.accounts.clone()),
            sessions: Sessions::new(config.signer()?, config.limits.proxies > 0)?,
            feed,
            names,
            limits: Arc::new(Gauge::new(config.limits)),
            profile: config.profile,
            calendar: Calendar::tehran()?,
            clock: config.clock()?,
            readiness,
            viewers: Arc::new(Semaphore::new(MAX_VIEWERS)),
        })
    }
}
