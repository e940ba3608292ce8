//! Contacts and cases: what reached the government, and what became of it.

pub mod api;
mod config;
pub mod domain;
pub mod on;
pub mod store;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use bus::{Bus, Login};
use chassis::admin::{self, Readiness};
use chassis::{Life, Sealer, grpc};
use contracts::intake::intake_service_server::IntakeServiceServer;
use jiff::tz::TimeZone;
use outbox::{Gather, Listener, Ops, Store};
use secrecy::ExposeSecret;
use tonic::service::Routes;

use crate::api::Door;
use crate::api::record_batch::RecordBatch;

pub use config::Config;

/// The service's schema.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// How often readiness is looked at.
const READINESS_CHECK: Duration = Duration::from_millis(500);

/// Where the service listens.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    /// Its gRPC door.
    pub grpc: SocketAddr,
    /// Its admin port.
    pub admin: SocketAddr,
}

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
    let common = &config.common;
    let clock = common.clock()?;
    let zone = TimeZone::get("Asia/Tehran").context("the time zone Asia/Tehran is not known")?;
    let sealer = Sealer::new(config.seal_key.expose_secret()).context("seal_key cannot be used")?;
    let store = Store::open("intake", common, &clock, &MIGRATIONS).await?;
    let nkey_seed = common.nats_nkey_seed.as_ref().map(|seed| seed.expose_secret().to_owned());
    let bus = Bus::connect(&common.nats_url, "intake", &Login { nkey_seed, agency: None }).await?;

    store.relay(&bus, common.stream_replicas, life);
    let routing = Listener::to("routing", &store, &bus)
        .on(on::agency_registered::AgencyRegistered)
        .on(on::agency_changed::AgencyChanged)
        .on(on::referral_issued::ReferralIssued { clock: clock.clone() })
        .on(on::action_recorded::ActionRecorded { clock: clock.clone() })
        .on(on::referral_returned::ReferralReturned { clock: clock.clone() })
        .on(on::referral_answered::ReferralAnswered { clock: clock.clone() })
        .spawn(life);
    let deadline = Listener::to("deadline", &store, &bus)
        .on(on::policy_adopted::PolicyAdopted)
        .on(on::deadline_set::DeadlineSet)
        .spawn(life);

    let gather =
        Gather::spawn(&store, life, RecordBatch { clock: clock.clone(), sealer: sealer.clone(), zone });
    let door = Door { db: store.pool().clone(), clock, sealer, gather };
    let service = IntakeServiceServer::new(door).max_decoding_message_size(grpc::MAX_MESSAGE_BYTES);
    let ops = Ops::server(&store, &bus, vec![routing, deadline], store::PENDING);
    let services = Routes::new(service).add_service(ops);
    let grpc = grpc::serve(life, common.grpc, contracts::DESCRIPTORS, services).await?;
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
