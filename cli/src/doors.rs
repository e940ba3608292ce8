//! The gRPC doors of a running system.

use std::time::Duration;

use anyhow::{Result, bail};
use chassis::grpc::{Badge, Channel};
use contracts::audit::audit_service_client::AuditServiceClient;
use contracts::audit::evaluation_service_client::EvaluationServiceClient;
use contracts::audit::report_service_client::ReportServiceClient;
use contracts::deadline::deadline_service_client::DeadlineServiceClient;
use contracts::intake::attendance_service_client::AttendanceServiceClient;
use contracts::intake::campaign_service_client::CampaignServiceClient;
use contracts::intake::case_service_client::CaseServiceClient;
use contracts::intake::guidance_service_client::GuidanceServiceClient;
use contracts::intake::intake_service_client::IntakeServiceClient;
use contracts::intake::meeting_service_client::MeetingServiceClient;
use contracts::intake::work_list_service_client::WorkListServiceClient;
use contracts::notification::notification_service_client::NotificationServiceClient;
use contracts::ops::ops_service_client::OpsServiceClient;
use contracts::routing::routing_service_client::RoutingServiceClient;
use contracts::routing::ruling_service_client::RulingServiceClient;

use crate::ports::{Ports, SERVICES};

/// Bulk calls take their time; nobody waits longer.
const PATIENCE: Duration = Duration::from_secs(600);

/// Channels to the five services, connected when first used.
#[derive(Clone)]
pub struct Doors([Channel; 5]);

impl Doors {
    /// Those of the system on these ports of this machine, for who wears `badge`.
    pub fn on(ports: Ports, badge: &Badge) -> Result<Self> {
        let url = |service| format!("http://127.0.0.1:{}", ports.grpc(service));
        let channel = |service| chassis::grpc::channel(&url(service), PATIENCE, badge);
        Ok(Doors([channel(0)?, channel(1)?, channel(2)?, channel(3)?, channel(4)?]))
    }

    /// Contacts and cases.
    #[must_use]
    pub fn intake(&self) -> IntakeServiceClient<Channel> {
        IntakeServiceClient::new(self.0[0].clone())
            .max_decoding_message_size(chassis::grpc::MAX_MESSAGE_BYTES)
            .max_encoding_message_size(chassis::grpc::MAX_MESSAGE_BYTES)
    }

    /// What citizens do with cases after their registration.
    #[must_use]
    pub fn cases(&self) -> CaseServiceClient<Channel> {
        CaseServiceClient::new(self.0[0].clone())
    }

    /// The guidance base.
    #[must_use]
    pub fn guidance(&self) -> GuidanceServiceClient<Channel> {
        GuidanceServiceClient::new(self.0[0].clone())
            .max_encoding_message_size(chassis::grpc::MAX_MESSAGE_BYTES)
    }

    /// Hours and the operators' work list.
    #[must_use]
    pub fn work_list(&self) -> WorkListServiceClient<Channel> {
        WorkListServiceClient::new(self.0[0].clone())
    }

    /// Officials' attendance.
    #[must_use]
    pub fn attendance(&self) -> AttendanceServiceClient<Channel> {
        AttendanceServiceClient::new(self.0[0].clone())
    }

    /// Trips.
    #[must_use]
    pub fn campaigns(&self) -> CampaignServiceClient<Channel> {
        CampaignServiceClient::new(self.0[0].clone())
    }

    /// Public meetings.
    #[must_use]
    pub fn meetings(&self) -> MeetingServiceClient<Channel> {
        MeetingServiceClient::new(self.0[0].clone())
    }

    /// Agencies and referrals.
    #[must_use]
    pub fn routing(&self) -> RoutingServiceClient<Channel> {
        RoutingServiceClient::new(self.0[1].clone())
    }

    /// What people decide on referrals.
    #[must_use]
    pub fn rulings(&self) -> RulingServiceClient<Channel> {
        RulingServiceClient::new(self.0[1].clone())
    }

    /// Clocks.
    #[must_use]
    pub fn deadline(&self) -> DeadlineServiceClient<Channel> {
        DeadlineServiceClient::new(self.0[2].clone())
    }

    /// Notices.
    #[must_use]
    pub fn notification(&self) -> NotificationServiceClient<Channel> {
        NotificationServiceClient::new(self.0[3].clone())
    }

    /// The ledger and the figures.
    #[must_use]
    pub fn audit(&self) -> AuditServiceClient<Channel> {
        AuditServiceClient::new(self.0[4].clone())
    }

    /// Managers, points and evaluations.
    #[must_use]
    pub fn evaluation(&self) -> EvaluationServiceClient<Channel> {
        EvaluationServiceClient::new(self.0[4].clone())
            .max_decoding_message_size(chassis::grpc::MAX_MESSAGE_BYTES)
    }

    /// Reports.
    #[must_use]
    pub fn reports(&self) -> ReportServiceClient<Channel> {
        ReportServiceClient::new(self.0[4].clone())
            .max_decoding_message_size(chassis::grpc::MAX_MESSAGE_BYTES)
    }

    /// The operators' door of each service, with its name.
    pub fn ops(&self) -> impl Iterator<Item = (&'static str, OpsServiceClient<Channel>)> {
        SERVICES.into_iter().zip(self.0.iter().map(|channel| OpsServiceClient::new(channel.clone())))
    }

    /// The operators' door of the named service.
    pub fn ops_of(&self, service: &str) -> Result<OpsServiceClient<Channel>> {
        match self.ops().find(|(name, _)| *name == service) {
            Some((_, door)) => Ok(door),
            None => bail!("no service is called {service}: it is one of {}", SERVICES.join(", ")),
        }
    }
}
