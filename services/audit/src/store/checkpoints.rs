//! Signed checkpoints.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::{hash, signed, unsigned};
use crate::domain::verify::Signed;

type Row = (i64, Vec<u8>, String);

fn read((size, root, note): Row) -> Result<Signed, sqlx::Error> {
    Ok(Signed { size: unsigned(size, "checkpoint size")?, root: hash(&root, "checkpoint root")?, note })
}

/// The newest checkpoint.
pub async fn newest(db: &mut PgConnection) -> Result<Option<Signed>, sqlx::Error> {
    let row: Option<Row> =
        sqlx::query_as("SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1")
            .fetch_optional(db)
            .await?;
    row.map(read).transpose()
}

/// Checkpoints of sizes above `after` up to `until`, by size, at most `limit`.
pub async fn between(
    db: &mut PgConnection,
    after: u64,
    until: u64,
    limit: i64,
) -> Result<Vec<Signed>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT size, root, note FROM checkpoint WHERE size > $1 AND size <= $2 ORDER BY size LIMIT $3",
    )
    .bind(signed(after))
    .bind(signed(until))
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(read).collect()
}

/// Keeps a checkpoint; false when that size is signed already.
pub async fn add(
    db: &mut PgConnection,
    checkpoint: &Signed,
    signed_at: Timestamp,
) -> Result<bool, sqlx::Error> {
    let added = sqlx::query(
        "INSERT INTO checkpoint (size, root, note, signed_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(signed(checkpoint.size))
    .bind(&checkpoint.root.0[..])
    .bind(&checkpoint.note)
    .bind(signed_at.to_sqlx())
    .execute(db)
    .await?;
    Ok(added.rows_affected() == 1)
}
