//! The ledger, the figures and the timeline: every fact of every stream, tamper-evident.

pub mod api;
mod config;
pub mod domain;
pub mod on;
pub mod out;
pub mod store;
pub mod sweep;

pub use config::Config;

/// The service's schema.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");
