//! Policies and clocks: what is due when, and what was missed.

pub mod api;
mod config;
pub mod domain;
pub mod on;
pub mod store;
pub mod sweep;

use anyhow::Result;
use chassis::Life;
use contracts::deadline::deadline_service_server::DeadlineServiceServer;
use outbox::{Listener, Service};
use tonic::service::Routes;

use crate::api::Door;
use crate::domain::tehran::Tehran;
use crate::on::Clocks;
use crate::on::referral_answered::ReferralAnswered;
use crate::on::referral_issued::ReferralIssued;
use crate::on::referral_returned::ReferralReturned;
use crate::sweep::fire_due::{FireDue, Mark};

pub use config::Config;
pub use outbox::Running;

/// The service's schema.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Nothing waits but clocks, whose time has not come.
const PENDING: &str = "SELECT 0::bigint";

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
    let (tehran, mark) = (Tehran::new()?, Mark::default());
    let service = Service::open("deadline", &config.common, &MIGRATIONS).await?;
    let (store, bus) = (&service.store, &service.bus);
    api::import_policies::adopt_built_in(store).await?;

    let clocks = Clocks { time: service.clock.clone(), tehran: tehran.clone(), mark: mark.clone() };
    let routing = Listener::to("routing", store, bus)
        .on(ReferralIssued(clocks.clone()))
        .on(ReferralAnswered(clocks.clone()))
        .on(ReferralReturned(clocks))
        .spawn(life);
    FireDue::new(&config, store, &tehran, &mark).spawn(life);

    let api = Routes::new(DeadlineServiceServer::new(Door::new(store, &tehran)));
    service.serve(life, api, vec![routing], PENDING, axum::Router::new()).await
}
