//! Hours of broken delivery at rest.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::{number, required, span};
use crate::domain::account::Party;
use crate::domain::rules::Outage;

/// Every outage, also those that count no more.
pub async fn all(db: &mut PgConnection) -> Result<Vec<Outage>> {
    let rows = sqlx::query("SELECT * FROM outage").fetch_all(db).await?;
    rows.iter().map(outage).collect()
}

/// One outage.
pub async fn get(db: &mut PgConnection, id: Uuid) -> Result<Option<Outage>> {
    let row = sqlx::query("SELECT * FROM outage WHERE id = $1").bind(id).fetch_optional(db).await?;
    row.as_ref().map(outage).transpose()
}

/// Keeps an outage.
pub async fn add(db: &mut PgConnection, outage: &Outage, charged_at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO outage (id, agency, from_at, until_at, charged_to, reason_fa, charged_at, added)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(outage.id)
    .bind(&outage.agency)
    .bind(outage.from.to_sqlx())
    .bind(outage.until.to_sqlx())
    .bind(charged_to(outage.to))
    .bind(&outage.reason_fa)
    .bind(charged_at.to_sqlx())
    .bind(number(outage.span.added))
    .execute(db)
    .await?;
    Ok(())
}

/// From `version` on it counts no more.
pub async fn remove(db: &mut PgConnection, id: Uuid, version: u64) -> Result<()> {
    sqlx::query("UPDATE outage SET removed = $2 WHERE id = $1 AND removed IS NULL")
        .bind(id)
        .bind(number(version))
        .execute(db)
        .await?;
    Ok(())
}

fn outage(row: &PgRow) -> Result<Outage> {
    let parties = [Party::Agency, Party::Citizen, Party::Centre, Party::System];
    let party: i16 = row.try_get("charged_to")?;
    let to = parties.into_iter().find(|to| charged_to(*to) == party);
    Ok(Outage {
        id: row.try_get("id")?,
        agency: row.try_get("agency")?,
        from: required(row, "from_at")?,
        until: required(row, "until_at")?,
        to: to.context("the deadline database charges an unknown party")?,
        reason_fa: row.try_get("reason_fa")?,
        span: span(row)?,
    })
}

/// As samad.deadline.v1.ChargedTo counts.
fn charged_to(party: Party) -> i16 {
    match party {
        Party::Agency => 1,
        Party::Citizen => 2,
        Party::Centre => 3,
        Party::System => 4,
    }
}
