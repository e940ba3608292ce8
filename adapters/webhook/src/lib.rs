#![doc = include_str!("../README.md")]

mod config;
mod endpoint;
mod event;
mod pace;
mod pull;
mod push;
mod schedule;
mod spool;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use bus::{Bus, Feed, Login};
use chassis::Life;
use chassis::admin::{self, Readiness};
use chassis::clock::Clock;
use sdk::health::{Look, watch};
use sdk::{Connection, Desk};

pub use config::{Agency, Config};

use crate::endpoint::Endpoint;
use crate::push::Push;
use crate::spool::Spool;

/// Runs the adapter until its life ends.
///
/// # Errors
/// See [`start`].
pub async fn run(config: Config, life: Life) -> Result<()> {
    start(&config, &life).await.map(drop)
}

/// Starts the adapter for every agency of its configuration; where its health is asked.
///
/// # Errors
/// When something in the configuration cannot be used: what and why is said before anything is begun.
pub async fn start(config: &Config, life: &Life) -> Result<SocketAddr> {
    let clock = config.clock()?;
    ensure!(!config.agencies.is_empty(), "the configuration names no [[agency]]");
    let mut ready = Vec::with_capacity(config.agencies.len());
    for agency in &config.agencies {
        let mut connection = Connection::from_file(&agency.credentials)?;
        connection.clock = clock.clone();
        let endpoint = Endpoint::new(agency).with_context(|| format!("the agency {}", connection.agency))?;
        let spool = Spool::open(&config.folder.join(&connection.agency))?;
        ready.push((connection, endpoint, spool));
    }
    let (readiness, mut looks) = (Readiness::default(), Vec::<Look>::new());
    for (connection, endpoint, spool) in ready {
        let spool = Arc::new(spool);
        let desk = spawn(connection, endpoint, spool.clone(), &clock, life).await?;
        looks.push((readiness.need("the broker"), Box::new(move || desk.is_connected())));
        looks.push((readiness.need("an endpoint that is not gone"), Box::new(move || !spool.is_disabled())));
    }
    watch(looks, life);
    admin::serve(life, config.admin, admin::routes(readiness)).await
}

async fn spawn(
    connection: Connection,
    endpoint: Endpoint,
    spool: Arc<Spool>,
    clock: &Clock,
    life: &Life,
) -> Result<Desk> {
    let desk = Desk::open(&connection).await?;
    let Connection { nats_url, agency, credentials, .. } = connection;
    let login = credentials.map_or_else(Login::default, |credentials| Login::agency(&agency, credentials));
    let bus = Bus::connect(&nats_url, &format!("webhook of {agency}"), &login).await?;
    let feed = Feed::existing(&bus, "routing", &agency);
    let push = Push {
        agency,
        endpoint: Arc::new(endpoint),
        spool: spool.clone(),
        desk: desk.clone(),
        clock: clock.clone(),
    };
    life.spawn("pull", pull::pull(feed, spool, clock.clone(), life.clone()));
    life.spawn("push", push.run(life.clone()));
    Ok(desk)
}
