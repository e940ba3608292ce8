//! All SQL of intake.

pub mod agencies;
pub mod attendance;
pub mod calendar;
pub mod callbacks;
pub mod campaigns;
pub mod case_files;
pub mod cases;
pub mod commitments;
pub mod contacts;
pub mod desk;
pub mod feedback;
pub mod guidance;
pub mod ladder;
pub mod matters;
pub mod meetings;
pub mod occasions;
pub mod policies;
pub mod recordings;
pub mod rules;
pub mod slots;
pub mod work_items;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use thiserror::Error;

/// A row that this service cannot have written.
#[derive(Debug, Error)]
#[error("the intake database holds an impossible {0}")]
pub struct Corrupt(pub &'static str);

/// Cases that are not answered yet wait for agencies, not for this service: it has no work of its own waiting.
pub const PENDING: &str = "SELECT 0::bigint";

fn wire(at: Timestamp) -> jiff_sqlx::Timestamp {
    at.to_sqlx()
}
