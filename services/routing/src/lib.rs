//! Who must act: agencies, topics and rules; referrals and what agencies do on them; the manual desk.

pub mod api;
pub mod catalogue_file;
mod config;
pub mod domain;
pub mod on;
pub mod place;
pub mod record;
pub mod store;
pub mod sweep;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bus::{Bus, Login};
use chassis::Life;
use chassis::admin::{self, Readiness};
use outbox::{Gather, Listener, Ops, Store};
use secrecy::ExposeSecret as _;
use tokio::sync::Notify;
use tonic::service::Routes;

use crate::api::Door;
use crate::on::action_published::ActionPublished;
use crate::on::case_registered::CaseRegistered;
use crate::record::Record;
use crate::store::catalogue::Catalogues;
use crate::sweep::ensure_consumers::EnsureConsumers;

pub use config::Config;

/// The service's schema.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// How often readiness is looked at.
const READINESS_CHECK: Duration = Duration::from_secs(1);

/// Where a running service listens; real ports also where the configuration said 0.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    /// gRPC.
    pub grpc: SocketAddr,
    /// `/healthz`, `/readyz`, `/metrics`.
    pub admin: SocketAddr,
}

/// Runs the service until its life ends.
///
/// # Errors
/// See [`start`].
pub async fn run(config: Config, life: Life) -> Result<()> {
    start(config, &life).await.map(drop)
}

/// Starts the service.
///
/// # Errors
/// When the database or a port cannot be used; later errors end the life.
pub async fn start(config: Config, life: &Life) -> Result<Running> {
    let common = &config.common;
    let clock = common.clock()?;
    let store = Store::open("routing", common, &clock, &MIGRATIONS).await?;
    let nkey_seed = common.nats_nkey_seed.as_ref().map(|seed| seed.expose_secret().to_owned());
    let bus = Bus::connect(&common.nats_url, "routing", &Login { nkey_seed, agency: None }).await?;
    let (catalogues, imported) = (Catalogues::default(), Arc::new(Notify::new()));

    store.relay(&bus, common.stream_replicas, life);
    let case_registered = CaseRegistered { catalogues: catalogues.clone(), clock: clock.clone() };
    let intake = Listener::to("intake", &store, &bus).on(case_registered).spawn(life);
    let actions = Gather::spawn(&store, life, Record::new(catalogues.clone(), clock));
    ActionPublished::spawn(&bus, actions.clone(), life).await?;
    EnsureConsumers::spawn(&store, &bus, common.stream_replicas, imported.clone(), life);

    let door = Door { store: store.clone(), catalogues, actions, imported };
    let services = Routes::new(door.server()).add_service(Ops::server(
        &store,
        &bus,
        vec![intake],
        store::OPEN_DESK_ITEMS,
    ));
    let grpc = chassis::grpc::serve(life, common.grpc, contracts::DESCRIPTORS, services).await?;
    let readiness = Readiness::default();
    watch(&readiness, store, bus, life);
    let admin = admin::serve(life, common.admin, admin::routes(readiness)).await?;
    Ok(Running { grpc, admin })
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
