//! The ground the suite stands on: a real PostgreSQL and a real nats-server as child processes on loopback.
//!
//! `samad up` keeps its data on them, every service's tests and the benchmarks run against them. A child ends with
//! its owner: on drop, when the owner stops it, and, where util-linux's `setpriv` is installed, when the owner is
//! killed. Its data folder is locked for as long as it lives.
//!
//! Errors are sentences for the person at the terminal, with the remedy.

mod cluster;
mod find;
mod lock;
mod monitor;
mod nats;
mod nats_config;
mod ports;
mod postgres;
mod postgres_settings;
mod process;
pub mod test;
mod user;

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

pub use find::{nats_server, postgres_bin};
pub use nats::{Nats, NatsOptions};
pub use nats_config::{Accounts, nats_accounts, nats_flags};
pub use ports::{free_port, is_free, require_free};
pub use postgres::{Postgres, PostgresOptions, create_database_on};

/// A folder for a system that lives a short while (a test, a replay, a benchmark), removed on drop. Unlike a plain
/// temporary folder, the user `postgres` can reach what is in it.
///
/// # Errors
/// When `/tmp` cannot be written.
pub fn scratch(prefix: &str) -> std::io::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix(prefix).permissions(Permissions::from_mode(0o755)).tempdir_in("/tmp")
}
