//! Whom to tell, sealed.

use std::collections::HashMap;

use anyhow::Result;
use contracts::CaseId;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

/// A contact point to keep.
#[derive(Debug, Clone)]
pub struct ContactPoint<'a> {
    /// Whose.
    pub case_id: CaseId,
    /// As it came.
    pub sealed: &'a [u8],
    /// Whether it holds any address.
    pub reachable: bool,
}

/// Keeps contact points; the cases of which other facts were heard before, whose notices wait.
pub async fn add(db: &mut PgConnection, points: &[ContactPoint<'_>]) -> Result<Vec<Uuid>> {
    let rows = sqlx::query(
        "INSERT INTO contact_point AS known (case_id, sealed, reachable)
         SELECT * FROM UNNEST($1::uuid[], $2::bytea[], $3::boolean[])
         ON CONFLICT (case_id) DO UPDATE SET sealed = excluded.sealed, reachable = excluded.reachable
             WHERE known.sealed IS NULL
         RETURNING case_id, xmax <> 0 AS was_awaited",
    )
    .bind(points.iter().map(|p| p.case_id.0).collect::<Vec<_>>())
    .bind(points.iter().map(|p| p.sealed).collect::<Vec<_>>())
    .bind(points.iter().map(|p| p.reachable).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    let mut awaited = Vec::new();
    for row in &rows {
        if row.try_get("was_awaited")? {
            awaited.push(row.try_get("case_id")?);
        }
    }
    Ok(awaited)
}

/// Whether the citizens of these cases (in the order of their ids) can be reached; none: not known yet. Of an
/// unknown case the place is held until the transaction ends, so that its registration waits, and then finds the
/// notices made here.
pub async fn reachable(db: &mut PgConnection, cases: &[Uuid]) -> Result<HashMap<Uuid, Option<bool>>> {
    let mut known = look(db, cases).await?;
    let unknown: Vec<Uuid> =
        cases.iter().copied().filter(|case| !matches!(known.get(case), Some(Some(_)))).collect();
    if !unknown.is_empty() {
        sqlx::query(
            "INSERT INTO contact_point (case_id) SELECT UNNEST($1::uuid[]) ON CONFLICT (case_id) DO NOTHING",
        )
        .bind(&unknown)
        .execute(&mut *db)
        .await?;
        let held = sqlx::query(
            "SELECT case_id FROM contact_point WHERE case_id = ANY($1) ORDER BY case_id FOR UPDATE",
        );
        held.bind(&unknown).execute(&mut *db).await?;
        known.extend(look(db, &unknown).await?);
    }
    Ok(known)
}

async fn look(db: &mut PgConnection, cases: &[Uuid]) -> Result<HashMap<Uuid, Option<bool>>> {
    let rows = sqlx::query(
        "SELECT case_id, CASE WHEN sealed IS NOT NULL THEN reachable END AS reachable FROM contact_point WHERE case_id = ANY($1)",
    )
    .bind(cases)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("case_id")?, row.try_get("reachable")?))).collect()
}
