//! All SQL of the audit service.

pub mod breaches;
pub mod case_figures;
pub mod checkpoints;
pub mod counters;
pub mod deductions;
pub mod ledger;
pub mod managers;
pub mod policies;
pub mod rebuttals;
pub mod reports;
pub mod salts;
pub mod stretch;

use thiserror::Error;
use tlog_tiles::{HASH_SIZE, Hash};

/// A row that this service cannot have written.
#[derive(Debug, Error)]
#[error("the audit database holds an impossible {0}")]
pub struct Corrupt(pub &'static str);

/// Begins a transaction whose statements all see the same moment of the database.
pub const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// Leaves that no checkpoint covers yet: work of the service's own that waits.
pub const UNSIGNED: &str =
    "SELECT GREATEST(0, size - COALESCE((SELECT max(size) FROM checkpoint), 0)) FROM tree";

/// A value that the schema keeps from being negative.
fn unsigned(value: i64, what: &'static str) -> Result<u64, sqlx::Error> {
    u64::try_from(value).map_err(|_| sqlx::Error::Decode(Box::new(Corrupt(what))))
}

/// An index or size as PostgreSQL's bigint; beyond its range there are no rows.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn hash(bytes: &[u8], what: &'static str) -> Result<Hash, sqlx::Error> {
    let bytes: [u8; HASH_SIZE] =
        bytes.try_into().map_err(|_| sqlx::Error::Decode(Box::new(Corrupt(what))))?;
    Ok(Hash(bytes))
}
