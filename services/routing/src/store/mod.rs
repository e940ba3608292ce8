//! All SQL of the routing service.

pub mod actions;
pub mod additions;
pub mod amendments;
pub mod arbitrations;
pub mod cases;
pub mod catalogue;
pub mod desk;
pub mod documents;
pub mod extensions;
pub mod fingerprints;
pub mod held_answers;
pub mod referrals;
pub mod reopenings;
pub mod request_keys;
pub mod return_figures;
pub mod ruling_policies;

use thiserror::Error;

/// A row that this service cannot have written.
#[derive(Debug, Error)]
#[error("the routing database holds an impossible {0}")]
pub struct Corrupt(pub &'static str);

fn corrupt(what: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(Corrupt(what)))
}

fn round_of(row: i32) -> Result<u32, sqlx::Error> {
    u32::try_from(row).map_err(|_| corrupt("round"))
}

/// A round as PostgreSQL's integer; no case has two thousand million.
fn round_to(round: u32) -> i32 {
    i32::try_from(round).unwrap_or(i32::MAX)
}

fn count_of(row: i32) -> Result<u32, sqlx::Error> {
    u32::try_from(row).map_err(|_| corrupt("number"))
}

/// A number of days or things as PostgreSQL's integer; policies keep it small.
fn count_to(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
