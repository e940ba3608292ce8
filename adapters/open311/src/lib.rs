#![doc = include_str!("../README.md")]

mod book;
mod config;
mod endpoint;
mod filing;
mod notation;
mod polling;
mod status;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use chassis::Life;
use chassis::admin::{self, Readiness};
use sdk::health::{Look, watch};
use sdk::{Connection, Desk, serve_until};

pub use config::{Agency, Config, Format, Updates};

use crate::book::Book;
use crate::endpoint::Endpoint;
use crate::filing::Filing;
use crate::polling::Polling;

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
        let code = connection.agency.clone();
        let endpoint = Endpoint::new(agency).with_context(|| format!("the agency {code}"))?;
        let book = Book::open(&config.folder.join(&code))?;
        ready.push((connection, Arc::new(endpoint), Arc::new(book), agency.updates));
    }
    let (readiness, mut looks) = (Readiness::default(), Vec::<Look>::new());
    for (connection, endpoint, book, updates) in ready {
        let desk = Desk::open(&connection).await?;
        let reached = desk.clone();
        looks.push((readiness.need("the broker"), Box::new(move || reached.is_connected())));
        let filing = Filing { endpoint: endpoint.clone(), book: book.clone(), clock: clock.clone(), updates };
        let stop = life.token();
        life.spawn("filing", async move { serve_until(connection, filing, stop).await });
        let polling = Polling::new(endpoint, book, desk, clock.clone(), updates);
        life.spawn("polling", polling.run(life.clone()));
    }
    watch(looks, life);
    admin::serve(life, config.admin, admin::routes(readiness)).await
}
