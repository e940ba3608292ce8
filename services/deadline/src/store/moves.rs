//! The work of a new version of the rules: which clocks it may move, in parts.

use anyhow::Result;
use contracts::ReferralId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::{number, required, version};

/// Parts of one province.
const PARTS: i32 = 16;

/// Which clocks a new version may move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The closure or outage.
    pub cause: Option<Uuid>,
    /// Where; empty: everywhere.
    pub province: String,
    /// Of which agency; empty: of all.
    pub agency: String,
    /// Due from this moment on.
    pub due_from: Timestamp,
    /// Begun before this moment.
    pub begun_before: Timestamp,
}

/// Plans the work of `version`: each province's open clocks cut into equal spans of time.
pub async fn plan(db: &mut PgConnection, version: u64, reach: &Reach) -> Result<()> {
    sqlx::query(
        "WITH RECURSIVE place AS (
             SELECT (SELECT min(province) FROM clock
                     WHERE ended_at IS NULL AND due_at IS NOT NULL AND province >= $3) AS province
             UNION ALL
             SELECT (SELECT min(c.province) FROM clock c
                     WHERE c.ended_at IS NULL AND c.due_at IS NOT NULL AND c.province > place.province)
             FROM place WHERE place.province IS NOT NULL AND $3 = ''
         ), span AS (
             SELECT province,
                 (SELECT min(c.due_at) FROM clock c WHERE c.ended_at IS NULL AND c.province = place.province AND c.due_at >= $5) AS low,
                 (SELECT max(c.due_at) FROM clock c WHERE c.ended_at IS NULL AND c.province = place.province AND c.due_at >= $5)
                     + interval '1 microsecond' AS high
             FROM place WHERE province = $3 OR (province IS NOT NULL AND $3 = '')
         )
         INSERT INTO move_part (version, part, cause, province, agency, low_at, begun_at, reached_at, reached_id)
         SELECT $1, row_number() OVER (), $2, province, $4, low + (high - low) * n / $7, $6, low + (high - low) * (n + 1) / $7,
                '00000000-0000-0000-0000-000000000000'
         FROM span, generate_series(0, $7 - 1) n WHERE low IS NOT NULL",
    )
    .bind(number(version))
    .bind(reach.cause)
    .bind(&reach.province)
    .bind(&reach.agency)
    .bind(reach.due_from.to_sqlx())
    .bind(reach.begun_before.to_sqlx())
    .bind(PARTS)
    .execute(db)
    .await?;
    Ok(())
}

/// A part of the work, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    version: u64,
    part: i32,
    province: String,
    agency: String,
    low_at: Timestamp,
    begun_at: Timestamp,
    reached: (Timestamp, ReferralId),
}

/// Whether anything is to do.
pub async fn any(db: &mut PgConnection) -> Result<bool> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM move_part WHERE NOT done)").fetch_one(db).await?)
}

/// A part that no other worker has, locked.
pub async fn take(db: &mut PgConnection) -> Result<Option<Part>> {
    let row = sqlx::query(
        "SELECT version, part, province, agency, low_at, begun_at, reached_at, reached_id FROM move_part
         WHERE NOT done ORDER BY version, part LIMIT 1 FOR UPDATE SKIP LOCKED",
    )
    .fetch_optional(db)
    .await?;
    let part = |row: sqlx::postgres::PgRow| {
        Ok(Part {
            version: version(row.try_get("version")?)?,
            part: row.try_get("part")?,
            province: row.try_get("province")?,
            agency: row.try_get("agency")?,
            low_at: required(&row, "low_at")?,
            begun_at: required(&row, "begun_at")?,
            reached: (required(&row, "reached_at")?, ReferralId(row.try_get("reached_id")?)),
        })
    };
    row.map(part).transpose()
}

/// The next `limit` clocks of the part that are derived by an earlier version, with their due moments, latest first.
/// They are not locked: [`super::clocks::load`] locks them in the order that every writer keeps.
pub async fn next(db: &mut PgConnection, part: &Part, limit: i64) -> Result<Vec<(Timestamp, ReferralId)>> {
    let rows = sqlx::query(
        "SELECT due_at, referral_id FROM clock
         WHERE ended_at IS NULL AND due_at IS NOT NULL AND province = $1 AND due_at >= $2
           AND (due_at, referral_id) < ($3, $4) AND starts_at < $5 AND rules_version < $6 AND ($7 = '' OR agency = $7)
         ORDER BY due_at DESC, referral_id DESC LIMIT $8",
    )
    .bind(&part.province)
    .bind(part.low_at.to_sqlx())
    .bind(part.reached.0.to_sqlx())
    .bind(part.reached.1.0)
    .bind(part.begun_at.to_sqlx())
    .bind(number(part.version))
    .bind(&part.agency)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((required(row, "due_at")?, ReferralId(row.try_get("referral_id")?)))).collect()
}

/// Writes down how far the part is; without `reached` it is done.
pub async fn advance(
    db: &mut PgConnection,
    part: &Part,
    reached: Option<(Timestamp, ReferralId)>,
    moved: usize,
) -> Result<()> {
    let (at, id) = reached.unwrap_or(part.reached);
    sqlx::query(
        "UPDATE move_part SET reached_at = $3, reached_id = $4, moved = moved + $5, done = $6
         WHERE version = $1 AND part = $2",
    )
    .bind(number(part.version))
    .bind(part.part)
    .bind(at.to_sqlx())
    .bind(id.0)
    .bind(i64::try_from(moved).unwrap_or(i64::MAX))
    .bind(reached.is_none())
    .execute(db)
    .await?;
    Ok(())
}
