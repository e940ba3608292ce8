//! Policies and clocks: what is due when, and what was missed.

pub mod api;
mod config;
pub mod domain;
pub mod on;
pub mod store;
pub mod sweep;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use bus::{Bus, Login};
use chassis::Life;
use chassis::admin::{self, Readiness};
use contracts::deadline::deadline_service_server::DeadlineServiceServer;
use outbox::{Listener, Ops, Store};
use secrecy::ExposeSecret as _;
use tonic::service::Routes;

use crate::api::Door;
use crate::domain::tehran::Tehran;
use crate::on::Clocks;
use crate::on::referral_answered::ReferralAnswered;
use crate::on::referral_issued::ReferralIssued;
use crate::on::referral_returned::ReferralReturned;
use crate::sweep::fire_due::{FireDue, Mark};

pub use config::Config;

/// The service's schema.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// How often readiness is looked at.
const READINESS_CHECK: Duration = Duration::from_millis(500);
/// Nothing waits but clocks, whose time has not come.
const PENDING: &str = "SELECT 0::bigint";

/// Where a running service listens.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    /// gRPC.
    pub grpc: SocketAddr,
    /// Health, readiness and metrics.
    pub admin: SocketAddr,
}

/// Runs the service until its life ends.
///
/// # Errors
/// As [`start`].
pub async fn run(config: Config, life: Life) -> Result<()> {
    start(config, &life).await.map(drop)
}

/// Starts the service; it runs until the life ends.
///
/// # Errors
/// When the database or a port cannot be used; later errors end the life.
pub async fn start(config: Config, life: &Life) -> Result<Running> {
    let common = &config.common;
    let (time, tehran, mark) = (common.clock()?, Tehran::new()?, Mark::default());
    let store = Store::open("deadline", common, &time, &MIGRATIONS).await?;
    let nkey_seed = common.nats_nkey_seed.as_ref().map(|seed| seed.expose_secret().to_owned());
    let bus = Bus::connect(&common.nats_url, "deadline", &Login { nkey_seed, agency: None }).await?;
    api::import_policies::adopt_built_in(&store).await?;

    let clocks = Clocks { time, tehran: tehran.clone(), mark: mark.clone() };
    let routing = Listener::to("routing", &store, &bus)
        .on(ReferralIssued(clocks.clone()))
        .on(ReferralAnswered(clocks.clone()))
        .on(ReferralReturned(clocks))
        .spawn(life);
    store.relay(&bus, common.stream_replicas, life);
    FireDue::new(&config, &store, &tehran, &mark).spawn(life);

    let services = Routes::new(DeadlineServiceServer::new(Door::new(&store, &tehran)))
        .add_service(Ops::server(&store, &bus, vec![routing], PENDING));
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
