//! All SQL of the deadline service.

pub mod calendar;
mod clock_row;
pub mod clocks;
pub mod moves;
pub mod outages;
pub mod overdue;
pub mod policies;
pub mod rules;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use crate::domain::calendar::Span;

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

/// A version of the rules.
fn version(value: i64) -> Result<u64> {
    u64::try_from(value).context("the deadline database holds a negative version")
}

/// A version, as the database counts.
fn number(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

fn moment(row: &PgRow, column: &str) -> Result<Option<Timestamp>> {
    Ok(row.try_get::<Option<jiff_sqlx::Timestamp>, _>(column)?.map(jiff_sqlx::Timestamp::to_jiff))
}

fn required(row: &PgRow, column: &str) -> Result<Timestamp> {
    Ok(row.try_get::<jiff_sqlx::Timestamp, _>(column)?.to_jiff())
}

fn day(row: &PgRow, column: &str) -> Result<jiff::civil::Date> {
    Ok(row.try_get::<jiff_sqlx::Date, _>(column)?.to_jiff())
}

/// The versions in which a row counts.
fn span(row: &PgRow) -> Result<Span> {
    let removed: Option<i64> = row.try_get("removed")?;
    Ok(Span { added: version(row.try_get("added")?)?, removed: removed.map(version).transpose()? })
}
