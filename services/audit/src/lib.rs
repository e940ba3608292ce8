//! The ledger, the figures and the timeline: every fact of every stream, tamper-evident.

pub mod api;
mod config;
pub mod domain;
pub mod on;
pub mod out;
pub mod store;
pub mod sweep;

use anyhow::Result;
use chassis::Life;
use contracts::audit::audit_service_server::AuditServiceServer;
use outbox::{Listener, Service};
use tonic::service::Routes;

use crate::api::{Door, resources};
use crate::domain::days::Days;
use crate::on::any_fact::AnyFact;
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
    let days = Days::tehran()?;
    let key = out::key_file::load_or_make(&config.key_file, &config.origin)?;
    let service = Service::open("audit", &config.common, &MIGRATIONS).await?;
    let (store, bus) = (&service.store, &service.bus);

    let hear = |owner| Listener::to(owner, store, bus).on_any(AnyFact::new(days.clone())).spawn(&life);
    let listeners = HEARD.map(hear).into();
    SignCheckpoint::new(&config, store, &key).spawn(&life);

    let door = Door::new(store.pool().clone(), service.clock.clone(), days, key.verifier_key());
    let services = Routes::new(AuditServiceServer::new(door.clone()));
    service.serve(&life, services, listeners, store::UNSIGNED, resources::routes(door)).await.map(drop)
}
