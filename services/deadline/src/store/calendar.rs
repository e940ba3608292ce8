//! Holidays, closures and weeks at rest.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::{day, moment, number, required, span, version};
use crate::domain::calendar::{DayOff, Kind, Week};

/// A closure as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The closure.
    pub closure: DayOff,
    /// When it was announced.
    pub announced_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Clocks that it moved so far.
    pub moved: i64,
    /// Parts of the work that are still to do.
    pub parts_left: i64,
}

/// Every holiday and closure, also those that count no more.
pub async fn days_off(db: &mut PgConnection) -> Result<Vec<DayOff>> {
    let rows = sqlx::query("SELECT * FROM day_off").fetch_all(db).await?;
    rows.iter().map(day_off).collect()
}

/// Every week that was imported.
pub async fn weeks(db: &mut PgConnection) -> Result<Vec<Week>> {
    let rows = sqlx::query("SELECT province, first_day, days_off, added FROM week_off").fetch_all(db).await?;
    let week = |row: &PgRow| {
        let days: Vec<i16> = row.try_get("days_off")?;
        let off = std::array::from_fn(|place| days.iter().any(|day| usize::try_from(*day) == Ok(place + 1)));
        let added = version(row.try_get("added")?)?;
        Ok(Week { province: row.try_get("province")?, first: day(row, "first_day")?, off, added })
    };
    rows.iter().map(week).collect()
}

/// Keeps holidays and closures.
pub async fn add(db: &mut PgConnection, days: &[DayOff], announced_at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO day_off (id, kind, province, first_day, last_day, reason_fa, added, announced_at)
         SELECT *, $8 FROM UNNEST($1::uuid[], $2::smallint[], $3::text[], $4::date[], $5::date[], $6::text[], $7::bigint[])",
    )
    .bind(days.iter().map(|d| d.id).collect::<Vec<_>>())
    .bind(days.iter().map(|d| if d.kind == Kind::Holiday { 1_i16 } else { 2 }).collect::<Vec<_>>())
    .bind(days.iter().map(|d| d.province.as_str()).collect::<Vec<_>>())
    .bind(days.iter().map(|d| d.first.to_sqlx()).collect::<Vec<_>>())
    .bind(days.iter().map(|d| d.last.to_sqlx()).collect::<Vec<_>>())
    .bind(days.iter().map(|d| d.reason_fa.as_str()).collect::<Vec<_>>())
    .bind(days.iter().map(|d| number(d.span.added)).collect::<Vec<_>>())
    .bind(announced_at.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}

/// From `version` on these count no more.
pub async fn remove(db: &mut PgConnection, ids: &[Uuid], version: u64, removed_at: Timestamp) -> Result<()> {
    sqlx::query("UPDATE day_off SET removed = $2, removed_at = $3 WHERE id = ANY($1) AND removed IS NULL")
        .bind(ids)
        .bind(number(version))
        .bind(removed_at.to_sqlx())
        .execute(db)
        .await?;
    Ok(())
}

/// Keeps weeks.
pub async fn add_weeks(db: &mut PgConnection, weeks: &[Week]) -> Result<()> {
    for week in weeks {
        let days: Vec<i16> = (1..).zip(week.off).filter(|(_, off)| *off).map(|(day, _)| day).collect();
        sqlx::query("INSERT INTO week_off (province, first_day, days_off, added) VALUES ($1, $2, $3, $4)")
            .bind(&week.province)
            .bind(week.first.to_sqlx())
            .bind(days)
            .bind(number(week.added))
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// Closures before the key `before`, latest days first; of a province and of the country unless it is empty.
pub async fn closures(
    db: &mut PgConnection,
    province: &str,
    before: (Date, Uuid),
    limit: i64,
) -> Result<Vec<Shown>> {
    let rows = sqlx::query(
        "SELECT d.*, p.moved, p.parts_left FROM day_off d
         CROSS JOIN LATERAL (SELECT coalesce(sum(moved), 0)::bigint AS moved, count(*) FILTER (WHERE NOT done) AS parts_left
                             FROM move_part WHERE cause = d.id) p
         WHERE kind = 2 AND (first_day, id) < ($1, $2) AND ($3 = '' OR province IN ('', $3))
         ORDER BY first_day DESC, id DESC LIMIT $4",
    )
    .bind(before.0.to_sqlx())
    .bind(before.1)
    .bind(province)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(shown).collect()
}

/// One closure.
pub async fn closure(db: &mut PgConnection, id: Uuid) -> Result<Option<Shown>> {
    let row = sqlx::query(
        "SELECT d.*, p.moved, p.parts_left FROM day_off d
         CROSS JOIN LATERAL (SELECT coalesce(sum(moved), 0)::bigint AS moved, count(*) FILTER (WHERE NOT done) AS parts_left
                             FROM move_part WHERE cause = d.id) p
         WHERE kind = 2 AND id = $1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(shown).transpose()
}

fn shown(row: &PgRow) -> Result<Shown> {
    Ok(Shown {
        closure: day_off(row)?,
        announced_at: required(row, "announced_at")?,
        revoked_at: moment(row, "removed_at")?,
        moved: row.try_get("moved")?,
        parts_left: row.try_get("parts_left")?,
    })
}

fn day_off(row: &PgRow) -> Result<DayOff> {
    let kind = match row.try_get::<i16, _>("kind")? {
        1 => Some(Kind::Holiday),
        2 => Some(Kind::Closure),
        _ => None,
    };
    Ok(DayOff {
        id: row.try_get("id")?,
        kind: kind.context("the deadline database holds an unknown kind of day off")?,
        province: row.try_get("province")?,
        first: day(row, "first_day")?,
        last: day(row, "last_day")?,
        reason_fa: row.try_get("reason_fa")?,
        span: span(row)?,
    })
}
