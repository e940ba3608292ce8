//! The ledger, the figures and the timeline: every fact of every stream, tamper-evident.

pub mod api;
mod config;
pub mod domain;
pub mod on;
pub mod out;
pub mod store;
pub mod sweep;

use std::time::Duration;

use anyhow::Result;
use bus::{Bus, Login};
use chassis::Life;
use chassis::admin::{self, Readiness};
use contracts::audit::audit_service_server::AuditServiceServer;
use outbox::{Listener, Ops, Store};
use secrecy::ExposeSecret as _;
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

/// How often readiness is looked at.
const READINESS_CHECK: Duration = Duration::from_millis(500);

/// Runs the service until its life ends.
///
/// # Errors
/// When the key, the database or a port cannot be used; later errors end the life.
pub async fn run(config: Config, life: Life) -> Result<()> {
    let common = &config.common;
    let (clock, days) = (common.clock()?, Days::tehran()?);
    let key = out::key_file::load_or_make(&config.key_file, &config.origin)?;
    let store = Store::open("audit", common, &clock, &MIGRATIONS).await?;
    let nkey_seed = common.nats_nkey_seed.as_ref().map(|seed| seed.expose_secret().to_owned());
    let bus = Bus::connect(&common.nats_url, "audit", &Login { nkey_seed, agency: None }).await?;

    let hear = |owner| Listener::to(owner, &store, &bus).on_any(AnyFact::new(days.clone())).spawn(&life);
    let listeners = HEARD.map(hear).into();
    store.relay(&bus, common.stream_replicas, &life);
    SignCheckpoint::new(&config, &store, &key).spawn(&life);

    let door = Door::new(store.pool().clone(), clock, days, key.verifier_key());
    let services = Routes::new(AuditServiceServer::new(door.clone())).add_service(Ops::server(
        &store,
        &bus,
        listeners,
        store::UNSIGNED,
    ));
    chassis::grpc::serve(&life, common.grpc, contracts::DESCRIPTORS, services).await?;
    let readiness = Readiness::default();
    watch(&readiness, store, bus, &life);
    admin::serve(&life, common.admin, admin::routes(readiness).merge(resources::routes(door))).await?;
    Ok(())
}

/// Keeps the readiness true to what the service needs.
fn watch(readiness: &Readiness, store: Store, bus: Bus, life: &Life) {
    let (database, broker) = (readiness.need("database"), readiness.need("broker"));
    let ending = life.clone();
    life.spawn("readiness", async move {
        while !ending.is_stopping() {
            database.set(crate::store::answers(store.pool()).await);
            broker.set(bus.is_connected());
            tokio::select! { () = tokio::time::sleep(READINESS_CHECK) => {}, () = ending.stopping() => {} }
        }
        Ok(())
    });
}
