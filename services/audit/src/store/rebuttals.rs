//! What managers filed against deductions, and what was ruled. Written under the tree's lock.

use jiff_sqlx::{Timestamp, ToSqlx};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{Corrupt, deductions};
use crate::domain::points::Deduction;
use crate::domain::rebuttal::{Rebuttal, Ruled, Ruling};

/// As samad.audit.v1.Ruling counts.
fn number(ruling: Ruling) -> i16 {
    match ruling {
        Ruling::Upheld => 1,
        Ruling::Reversed => 2,
    }
}

fn rebuttal(row: &PgRow) -> Result<Option<Rebuttal>, sqlx::Error> {
    let Some(text) = row.try_get("text")? else { return Ok(None) };
    let rulings = [Ruling::Upheld, Ruling::Reversed];
    let unknown = || sqlx::Error::Decode(Box::new(Corrupt("ruling")));
    let ruled = match row.try_get::<Option<i16>, _>("ruling")? {
        None => None,
        Some(value) => Some(Ruled {
            ruling: rulings.into_iter().find(|ruling| number(*ruling) == value).ok_or_else(unknown)?,
            reason: row.try_get("reason")?,
            ruled_by: row.try_get("ruled_by")?,
            ruled_at: row.try_get::<Timestamp, _>("ruled_at")?.to_jiff(),
        }),
    };
    let filed_at = row.try_get::<Timestamp, _>("filed_at")?.to_jiff();
    Ok(Some(Rebuttal { text, filed_by: row.try_get("filed_by")?, filed_at, ruled }))
}

/// The rebuttal of a deduction.
pub async fn of(db: &mut PgConnection, breach_id: Uuid) -> Result<Option<Rebuttal>, sqlx::Error> {
    let row = sqlx::query("SELECT * FROM rebuttal WHERE breach_id = $1").bind(breach_id).fetch_optional(db);
    row.await?.as_ref().map_or(Ok(None), rebuttal)
}

/// Keeps a rebuttal, or what was ruled on it.
pub async fn save(db: &mut PgConnection, breach_id: Uuid, rebuttal: &Rebuttal) -> Result<(), sqlx::Error> {
    let ruled = rebuttal.ruled.as_ref();
    sqlx::query(
        "INSERT INTO rebuttal (breach_id, text, filed_by, filed_at, ruling, reason, ruled_by, ruled_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (breach_id) DO UPDATE SET ruling = excluded.ruling, reason = excluded.reason,
             ruled_by = excluded.ruled_by, ruled_at = excluded.ruled_at",
    )
    .bind(breach_id)
    .bind(&rebuttal.text)
    .bind(&rebuttal.filed_by)
    .bind(rebuttal.filed_at.to_sqlx())
    .bind(ruled.map(|ruled| number(ruled.ruling)))
    .bind(ruled.map(|ruled| ruled.reason.as_str()))
    .bind(ruled.map(|ruled| ruled.ruled_by.as_str()))
    .bind(ruled.map(|ruled| ruled.ruled_at.to_sqlx()))
    .execute(db)
    .await?;
    Ok(())
}

/// Which deductions to list; empty: any.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub agency: String,
    pub manager: String,
    pub province: String,
}

/// Deductions with what was said to them, the newest first, after that moment and breach (none: from the first), at most
/// `limit`.
pub async fn list(
    db: &mut PgConnection,
    wanted: &Wanted,
    after: Option<(jiff::Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<(Deduction, Option<Rebuttal>)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT * FROM deduction JOIN breach USING (breach_id) LEFT JOIN rebuttal USING (breach_id)
         WHERE ($1 = '' OR agency = $1) AND ($2 = '' OR manager = $2) AND ($3 = '' OR province = $3)
           AND ($5::timestamptz IS NULL OR (deducted_at, breach_id) < ($5, $6))
         ORDER BY deducted_at DESC, breach_id DESC LIMIT $4",
    )
    .bind(&wanted.agency)
    .bind(&wanted.manager)
    .bind(&wanted.province)
    .bind(limit)
    .bind(after.map(|(at, _)| at.to_sqlx()))
    .bind(after.map(|(_, breach_id)| breach_id))
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((deductions::deduction(row)?, rebuttal(row)?))).collect()
}
