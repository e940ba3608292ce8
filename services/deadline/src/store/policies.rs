//! Policies at rest: few, read whole, never changed.

use anyhow::Result;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, Row as _};

use super::{signed, unsigned};
use crate::domain::policy::Policy;

/// Every version of every policy.
pub async fn all(db: &mut PgConnection) -> Result<Vec<Policy>> {
    let rows = sqlx::query(
        "SELECT policy, version, programme, length_days, honours_target, reminder_days_before, valid_from
         FROM policy ORDER BY policy, version",
    )
    .fetch_all(db)
    .await?;
    let policy = |row: &sqlx::postgres::PgRow| {
        let days: Vec<i32> = row.try_get("reminder_days_before")?;
        Ok(Policy {
            name: row.try_get("policy")?,
            version: unsigned(row.try_get("version")?)?,
            programme: row.try_get("programme")?,
            length_days: unsigned(row.try_get("length_days")?)?,
            honours_target: row.try_get("honours_target")?,
            reminder_days_before: days.into_iter().map(unsigned).collect::<Result<_>>()?,
            valid_from: row.try_get::<jiff_sqlx::Timestamp, _>("valid_from")?.to_jiff(),
        })
    };
    rows.iter().map(policy).collect()
}

/// Lets one replica adopt at a time, until the transaction ends.
pub async fn lock(db: &mut PgConnection) -> Result<()> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext('deadline.policy'))").execute(db).await?;
    Ok(())
}

/// Keeps one adopted version: policies are few and adopted by hand, so one statement each.
pub async fn add(db: &mut PgConnection, policy: &Policy, adopted_at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO policy (policy, version, programme, length_days, honours_target, reminder_days_before, valid_from, adopted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&policy.name)
    .bind(signed(policy.version))
    .bind(&policy.programme)
    .bind(signed(policy.length_days))
    .bind(policy.honours_target)
    .bind(policy.reminder_days_before.iter().map(|days| signed(*days)).collect::<Vec<_>>())
    .bind(policy.valid_from.to_sqlx())
    .bind(adopted_at.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}
