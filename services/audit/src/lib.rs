//! The ledger, the figures and the timeline: every fact of every stream, tamper-evident.

pub mod api;
mod config;
mod contract;
pub mod domain;
pub mod managers_file;
pub mod on;
pub mod out;
mod rebuild;
pub mod rules_file;
mod statement;
pub mod store;
pub mod sweep;
mod workbook;

use anyhow::Result;
use chassis::Life;
use contracts::audit::audit_service_server::AuditServiceServer;
use contracts::audit::evaluation_service_server::EvaluationServiceServer;
use contracts::audit::report_service_server::ReportServiceServer;
use jalali::Tehran;
use outbox::{Listener, Service};
use tonic::service::Routes;

use crate::api::evaluation::{EvaluationDoor, import_evaluation_rules::adopt_built_in};
use crate::api::report::ReportDoor;
use crate::api::{Door, resources};
use crate::domain::days::Days;
use crate::on::any_fact::AnyFact;
use crate::out::typesetter::Typesetter;
use crate::sweep::issue_reports::IssueReports;
use crate::sweep::settle_points::SettlePoints;
use crate::sweep::sign_checkpoint::SignCheckpoint;

pub use config::Config;

/// The service's schema.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Whose facts are kept. Not audit's own: each checkpoint would be a leaf that asks for the next.
const HEARD: [&str; 4] = ["intake", "routing", "deadline", "notification"];

/// Runs the service until its life ends.
///
/// # Errors
/// When the key, the database or a port cannot be used; later errors end the life.
pub async fn run(config: Config, life: Life) -> Result<()> {
    let (days, tehran) = (Days::tehran()?, Tehran::new()?);
    let key = out::key_file::load_or_make(&config.key_file, &config.origin)?;
    let service = Service::open("audit", &config.common, &MIGRATIONS).await?;
    let (store, bus) = (&service.store, &service.bus);
    adopt_built_in(store, &days).await?;

    let hear = |owner| Listener::to(owner, store, bus).on_any(AnyFact::new(days.clone())).spawn(&life);
    let listeners = HEARD.map(hear).into();
    SignCheckpoint::new(&config, store, &key).spawn(&life);
    SettlePoints::new(&config, store, &tehran, &days).spawn(&life);
    let typesetter = Typesetter::new(&config.typesetter);
    IssueReports::new(&config, store, &tehran, &days, &typesetter).spawn(&life);

    let evaluation = EvaluationServiceServer::new(EvaluationDoor::new(store, &tehran, &days))
        .max_encoding_message_size(chassis::grpc::MAX_MESSAGE_BYTES);
    let reports = ReportServiceServer::new(ReportDoor::new(store.pool(), &tehran, &typesetter))
        .max_encoding_message_size(chassis::grpc::MAX_MESSAGE_BYTES);
    let door = Door::new(store.pool().clone(), service.clock.clone(), days, key.verifier_key());
    let services = Routes::new(AuditServiceServer::new(door.clone())).add_service(evaluation);
    let services = services.add_service(reports);
    service
        .serve(&life, api::may::MAY, services, listeners, store::UNSIGNED, resources::routes(door))
        .await
        .map(drop)
}
