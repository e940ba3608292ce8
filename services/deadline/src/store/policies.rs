//! Policies at rest: few, read whole, never changed.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};

use super::{moment, required, signed, sql, unsigned};
use crate::domain::policy::{Escalation, Level, Policy};

/// Every version of every policy.
pub async fn all(db: &mut PgConnection) -> Result<Vec<Arc<Policy>>> {
    let rows = sqlx::query(
        "SELECT policy, version, programme, length_days, working_days, ignores_closures, ends_on_working_day, honours_target,
                reminder_days_before, escalation_days, escalation_to, pause_max_days, return_within_days, valid_from, valid_until
         FROM policy ORDER BY policy, version",
    )
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| policy(row).map(Arc::new)).collect()
}

fn policy(row: &PgRow) -> Result<Policy> {
    let days: Vec<i32> = row.try_get("reminder_days_before")?;
    let (offsets, levels): (Vec<i32>, Vec<i16>) =
        (row.try_get("escalation_days")?, row.try_get("escalation_to")?);
    let escalation = |(offset_days, to): (i32, i16)| Ok(Escalation { offset_days, to: level(to)? });
    Ok(Policy {
        name: row.try_get("policy")?,
        version: unsigned(row.try_get("version")?)?,
        programme: row.try_get("programme")?,
        length_days: unsigned(row.try_get("length_days")?)?,
        working_days: row.try_get("working_days")?,
        ignores_closures: row.try_get("ignores_closures")?,
        ends_on_working_day: row.try_get("ends_on_working_day")?,
        honours_target: row.try_get("honours_target")?,
        reminder_days_before: days.into_iter().map(unsigned).collect::<Result<_>>()?,
        escalations: offsets.into_iter().zip(levels).map(escalation).collect::<Result<_>>()?,
        pause_max_days: unsigned(row.try_get("pause_max_days")?)?,
        return_within_days: unsigned(row.try_get("return_within_days")?)?,
        valid_from: required(row, "valid_from")?,
        valid_until: moment(row, "valid_until")?,
    })
}

fn level(value: i16) -> Result<Level> {
    let levels = [Level::AgencyHead, Level::Province, Level::National];
    levels
        .into_iter()
        .find(|level| number(*level) == value)
        .context("the deadline database holds an unknown level")
}

/// As samad.deadline.v1.EscalationLevel counts.
fn number(level: Level) -> i16 {
    match level {
        Level::AgencyHead => 1,
        Level::Province => 2,
        Level::National => 3,
    }
}

/// Keeps one adopted version: policies are few and adopted by hand, so one statement each.
pub async fn add(db: &mut PgConnection, policy: &Policy, adopted_at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO policy (policy, version, programme, length_days, working_days, ignores_closures, ends_on_working_day,
             honours_target, reminder_days_before, escalation_days, escalation_to, pause_max_days, return_within_days,
             valid_from, valid_until, adopted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(&policy.name)
    .bind(signed(policy.version))
    .bind(&policy.programme)
    .bind(signed(policy.length_days))
    .bind(policy.working_days)
    .bind(policy.ignores_closures)
    .bind(policy.ends_on_working_day)
    .bind(policy.honours_target)
    .bind(policy.reminder_days_before.iter().map(|days| signed(*days)).collect::<Vec<_>>())
    .bind(policy.escalations.iter().map(|step| step.offset_days).collect::<Vec<_>>())
    .bind(policy.escalations.iter().map(|step| number(step.to)).collect::<Vec<_>>())
    .bind(signed(policy.pause_max_days))
    .bind(signed(policy.return_within_days))
    .bind(policy.valid_from.to_sqlx())
    .bind(sql(policy.valid_until))
    .bind(adopted_at.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}
