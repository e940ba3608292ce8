//! Contacts and cases: what reached the government, and what became of it.

pub mod api;
pub mod attendance_file;
mod config;
pub mod desk_file;
pub mod domain;
pub mod guidance_file;
pub mod on;
pub mod out;
pub mod store;
pub mod sweep;

use anyhow::{Context, Result};
use chassis::{Life, Sealer, grpc};
use contracts::intake::attendance_service_server::AttendanceServiceServer;
use contracts::intake::campaign_service_server::CampaignServiceServer;
use contracts::intake::case_service_server::CaseServiceServer;
use contracts::intake::guidance_service_server::GuidanceServiceServer;
use contracts::intake::intake_service_server::IntakeServiceServer;
use contracts::intake::meeting_service_server::MeetingServiceServer;
use contracts::intake::recording_service_server::RecordingServiceServer;
use contracts::intake::source_service_server::SourceServiceServer;
use contracts::intake::work_list_service_server::WorkListServiceServer;
use contracts::routing::{ActionRecorded, ReferralAnswered, ReferralIssued, ReferralReturned};
use jalali::Tehran;
use outbox::{Folded, Gather, Listener, Running, Service};
use secrecy::ExposeSecret;
use tonic::service::Routes;

use crate::api::Door;
use crate::api::cases::Cases;
use crate::api::desk::Desk;
use crate::api::record_batch::RecordBatch;
use crate::on::tell_cases::TellCases;
use crate::out::recording_files::RecordingFiles;
use crate::store::rules::RuleBook;
use crate::sweep::announce_slots::AnnounceSlots;
use crate::sweep::lapse_feedback::LapseFeedback;
use crate::sweep::miss_slots::MissSlots;

pub use config::Config;

/// The service's schema.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Runs the service until its life ends.
///
/// # Errors
/// As [`start`].
pub async fn run(config: Config, life: Life) -> Result<()> {
    start(config, &life).await.map(drop)
}

/// Starts the service in a life; where it listens.
///
/// # Errors
/// When the seal key, the database or a port cannot be used; later errors end the life.
pub async fn start(config: Config, life: &Life) -> Result<Running> {
    let tehran = Tehran::new().context("the time zone Asia/Tehran is not known")?;
    let sealer = Sealer::new(config.seal_key.expose_secret()).context("seal_key cannot be used")?;
    let service = Service::open("intake", &config.common, &MIGRATIONS).await?.promptly();
    let (store, bus, clock) = (&service.store, &service.bus, &service.clock);
    let book = RuleBook::default();

    let routing = Listener::to("routing", store, bus)
        .on(on::agency_registered::AgencyRegistered)
        .on(on::agency_changed::AgencyChanged)
        .on(on::callback_drawn::CallbackDrawn { sealer: sealer.clone() })
        .fold(
            Folded::into(TellCases { clock: clock.clone(), book: book.clone() })
                .of::<ReferralIssued>()
                .of::<ActionRecorded>()
                .of::<ReferralReturned>()
                .of::<ReferralAnswered>(),
        )
        .spawn(life);
    let deadline = Listener::to("deadline", store, bus)
        .on(on::policy_adopted::PolicyAdopted)
        .on(on::calendar_adopted::CalendarAdopted)
        .on(on::closure_announced::ClosureAnnounced)
        .on(on::closure_revoked::ClosureRevoked)
        .on(on::deadline_set::DeadlineSet)
        .on(on::deadline_moved::DeadlineMoved)
        .spawn(life);

    let files = RecordingFiles::open(&config.recordings, sealer.clone())?;
    sweep::drop_abandoned::spawn(store.pool(), clock, &files, life);
    LapseFeedback::spawn(store, life);
    AnnounceSlots::spawn(store, &tehran, life);
    MissSlots::spawn(store, life);

    let batch = RecordBatch { clock: clock.clone(), sealer: sealer.clone(), tehran: tehran.clone(), book };
    let gather = Gather::spawn(store, life, batch.clone());
    let cases = Cases { store: store.clone(), clock: clock.clone(), batch };
    let (store, clock) = (store.clone(), clock.clone());
    let door = Door { db: store.pool().clone(), clock: clock.clone(), sealer: sealer.clone(), gather };
    let desk = Desk { store, clock, sealer, tehran, files, cases: cases.clone() };
    let doors = Routes::new(
        IntakeServiceServer::new(door.clone()).max_decoding_message_size(grpc::MAX_MESSAGE_BYTES),
    )
    .add_service(SourceServiceServer::new(door))
    .add_service(GuidanceServiceServer::new(desk.clone()).max_decoding_message_size(grpc::MAX_MESSAGE_BYTES))
    .add_service(CaseServiceServer::new(cases))
    .add_service(WorkListServiceServer::new(desk.clone()))
    .add_service(AttendanceServiceServer::new(desk.clone()))
    .add_service(CampaignServiceServer::new(desk.clone()))
    .add_service(MeetingServiceServer::new(desk.clone()))
    .add_service(RecordingServiceServer::new(desk));
    service
        .serve(life, api::may::MAY, doors, vec![routing, deadline], store::PENDING, Default::default())
        .await
}
