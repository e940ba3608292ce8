//! Who must act: agencies, topics and rules; referrals and what agencies do on them; the manual desk.

pub mod answer;
pub mod api;
pub mod catalogue_file;
mod config;
pub mod domain;
pub mod on;
pub mod place;
pub mod record;
pub mod rulings_file;
pub mod store;
pub mod sweep;

use std::sync::Arc;

use anyhow::Result;
use chassis::Life;
use outbox::{Gather, Listener, Running, Service};
use tokio::sync::Notify;

use crate::api::Door;
use crate::on::action_published::ActionPublished;
use crate::on::case_amended::CaseAmended;
use crate::on::case_registered::CaseRegistered;
use crate::on::case_reopened::CaseReopened;
use crate::on::case_withdrawn::CaseWithdrawn;
use crate::on::group_answered::GroupAnswered;
use crate::record::{Entrance, Record};
use crate::store::catalogue::Catalogues;
use crate::sweep::ensure_consumers::EnsureConsumers;

pub use config::Config;

/// The service's schema.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// What waits on the desk waits for a person: nothing of it is under way.
const NOTHING_WAITS: &str = "SELECT 0::bigint";

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
    let service = Service::open("routing", &config.common, &MIGRATIONS).await?.promptly();
    let (store, bus, clock) = (&service.store, &service.bus, service.clock.clone());
    let (catalogues, imported) = (Catalogues::default(), Arc::new(Notify::new()));
    api::import_ruling_policies::adopt_built_in(store).await?;

    let case_registered = CaseRegistered { catalogues: catalogues.clone(), clock: clock.clone() };
    let case_amended = CaseAmended { catalogues: catalogues.clone(), clock: clock.clone() };
    let case_withdrawn = CaseWithdrawn { catalogues: catalogues.clone(), clock: clock.clone() };
    let case_reopened = CaseReopened { catalogues: catalogues.clone(), clock: clock.clone() };
    let intake = Listener::to("intake", store, bus)
        .on(case_registered)
        .on(case_amended)
        .on(case_withdrawn)
        .on(case_reopened)
        .on(GroupAnswered { clock: clock.clone() })
        .promptly()
        .spawn(life);
    let actions = Gather::spawn(store, life, Record::new(catalogues.clone(), clock));
    let entrance = Entrance::default();
    ActionPublished::spawn(&service.further_bus().await?, actions.clone(), entrance.clone(), life).await?;
    EnsureConsumers::spawn(store, bus, config.common.stream_replicas, imported.clone(), life);

    let door = Door { store: store.clone(), catalogues, actions, entrance, imported };
    service.serve(life, api::may::MAY, door.routes(), vec![intake], NOTHING_WAITS, axum::Router::new()).await
}
