//! All SQL of the deadline service.

pub mod clocks;
pub mod policies;

use anyhow::{Context as _, Result};
use jiff::Timestamp;

fn sql(at: Option<Timestamp>) -> Option<jiff_sqlx::Timestamp> {
    at.map(jiff_sqlx::ToSqlx::to_sqlx)
}

/// A number that the schema keeps from being negative.
fn unsigned(value: i32) -> Result<u32> {
    u32::try_from(value).context("the deadline database holds a negative number")
}

/// Days and versions are far smaller than either type.
fn signed(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
