//! All SQL of the deadline service.

pub mod clocks;
pub mod policies;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;

fn sql(at: Option<Timestamp>) -> Option<jiff_sqlx::Timestamp> {
    at.map(|at| at.to_sqlx())
}

/// A number that the schema keeps from being negative.
fn unsigned(value: i32) -> Result<u32> {
    u32::try_from(value).context("the deadline database holds a negative number")
}

/// Days and versions are far smaller than either type.
fn signed(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
