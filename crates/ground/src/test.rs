//! Ground for tests: real servers, and a world of its own for each test.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::cluster::random_hex;
use crate::{Accounts, Nats, NatsOptions, Postgres, PostgresOptions, create_database_on, scratch};

/// Set to the URL of a running PostgreSQL (a role that may create databases), it is used instead of starting one.
pub const POSTGRES_URL: &str = "SAMAD_TEST_POSTGRES_URL";
/// Folders are called this, then the number of the process that made them.
const PREFIX: &str = "samad-test-";
/// Of the random part of a database's name.
const NAME_BYTES: usize = 6;

/// PostgreSQL once per process: starting one takes a second, and databases keep tests apart.
static POSTGRES: OnceCell<Shared> = OnceCell::const_new();

enum Shared {
    Started(Box<Postgres>),
    Running(String),
}

/// A nats-server of its own, and databases of its own on the test process's PostgreSQL.
#[derive(Debug)]
pub struct Ground {
    /// The server, to stop, kill or wipe as the test pleases.
    pub nats: Nats,
    // Removed after the server has ended: fields drop in order.
    _folder: TempDir,
}

impl Ground {
    /// Ground on which whoever comes may do everything.
    ///
    /// # Panics
    /// With the remedy, when a server cannot be started: then there is nothing to test.
    pub async fn new() -> Self {
        start(None).await.unwrap_or_else(|error| panic!("no ground to test on: {error:#}"))
    }

    /// Ground whose broker lets in only whom these accounts vouch for.
    ///
    /// # Panics
    /// As [`Self::new`].
    pub async fn walled(accounts: Accounts) -> Self {
        start(Some(accounts)).await.unwrap_or_else(|error| panic!("no ground to test on: {error:#}"))
    }

    /// The URL of a fresh, empty database, whose name begins with `test_` and `name`.
    ///
    /// # Panics
    /// As [`Self::new`].
    pub async fn database(&self, name: &str) -> String {
        database(name).await.unwrap_or_else(|error| panic!("no database to test on: {error:#}"))
    }

    /// Where clients connect.
    #[must_use]
    pub fn nats_url(&self) -> String {
        self.nats.url()
    }
}

async fn start(accounts: Option<Accounts>) -> Result<Ground> {
    let folder = scratch(&format!("{PREFIX}{}-", std::process::id()))?;
    let data = folder.path().join("nats");
    let options = NatsOptions { data, port: 0, monitor_port: None, accounts, durable: false };
    Ok(Ground { nats: Nats::start(options).await?, _folder: folder })
}

async fn database(name: &str) -> Result<String> {
    let name = format!("test_{name}_{}", random_hex(NAME_BYTES)?);
    match POSTGRES.get_or_try_init(shared).await? {
        Shared::Started(postgres) => postgres.create_database(&name).await,
        Shared::Running(url) => create_database_on(url, &name).await,
    }
}

async fn shared() -> Result<Shared> {
    if let Ok(url) = std::env::var(POSTGRES_URL) {
        return Ok(Shared::Running(url));
    }
    remove_leftovers().context("folders of earlier tests in /tmp cannot be removed")?;
    // A static is never dropped: the server ends by its death signal, its folder goes when the next tests start.
    let folder = scratch(&format!("{PREFIX}{}-", std::process::id()))?.keep();
    let postgres =
        Postgres::start(PostgresOptions { data: folder.join("postgres"), port: 0, durable: false }).await?;
    Ok(Shared::Started(Box::new(postgres)))
}

/// Removes the folders of test processes that have ended.
fn remove_leftovers() -> Result<()> {
    for entry in fs::read_dir("/tmp")?.flatten() {
        let name = entry.file_name();
        let Some(rest) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
        let pid = rest.split('-').next().unwrap_or_default();
        let ended = pid.parse::<u32>().is_ok() && !Path::new("/proc").join(pid).exists();
        // Test processes that start together clean up together, so losing the race is no fault; nor is a folder of
        // another user.
        if ended && let Err(error) = fs::remove_dir_all(entry.path()) {
            tracing::debug!(folder = %entry.path().display(), %error, "left behind");
        }
    }
    Ok(())
}
