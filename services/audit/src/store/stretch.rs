//! Reading stretches of the ledger: for verification, bundles and timelines.

use jiff_sqlx::Timestamp;
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{Corrupt, signed, unsigned};
use crate::domain::leaf::Leaf;
use crate::domain::verify::Row;

fn leaf(row: &PgRow) -> Result<Leaf, sqlx::Error> {
    let commitment: Vec<u8> = row.try_get("commitment")?;
    Ok(Leaf {
        fact_id: row.try_get("fact_id")?,
        fact: row.try_get("fact")?,
        at: row.try_get::<Timestamp, _>("at")?.to_jiff(),
        about: row.try_get("about")?,
        commitment: commitment
            .try_into()
            .map_err(|_| sqlx::Error::Decode(Box::new(Corrupt("commitment"))))?,
    })
}

fn row(row: &PgRow) -> Result<Row, sqlx::Error> {
    Ok(Row {
        index: unsigned(row.try_get("idx")?, "leaf index")?,
        leaf: leaf(row)?,
        payload: row.try_get("payload")?,
        salt: row.try_get("salt")?,
    })
}

/// Rows of indexes from `first` up to, not including, `end`, with payload and salt, by index.
pub async fn rows(db: &mut PgConnection, first: u64, end: u64) -> Result<Vec<Row>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT idx, fact_id, fact, at, leaf.about, commitment, payload, salt
         FROM leaf LEFT JOIN case_salt ON case_salt.about = leaf.about
         WHERE idx >= $1 AND idx < $2 ORDER BY idx",
    )
    .bind(signed(first))
    .bind(signed(end))
    .fetch_all(db)
    .await?;
    rows.iter().map(row).collect()
}

/// Rows that stand beyond the tree's size as it is now, by index, at most `limit`.
pub async fn rows_beyond(db: &mut PgConnection, limit: i64) -> Result<Vec<Row>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT idx, fact_id, fact, at, about, commitment, payload, NULL::bytea AS salt
         FROM leaf WHERE idx >= (SELECT size FROM tree) ORDER BY idx LIMIT $1",
    )
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(row).collect()
}

/// Leaves of indexes from `first` up to, not including, `end`, by index.
pub async fn leaves(db: &mut PgConnection, first: u64, end: u64) -> Result<Vec<Leaf>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT fact_id, fact, at, about, commitment FROM leaf WHERE idx >= $1 AND idx < $2 ORDER BY idx",
    )
    .bind(signed(first))
    .bind(signed(end))
    .fetch_all(db)
    .await?;
    rows.iter().map(leaf).collect()
}

/// The leaves of these indexes, by index.
pub async fn leaves_at(db: &mut PgConnection, indexes: &[u64]) -> Result<Vec<Leaf>, sqlx::Error> {
    let rows =
        sqlx::query("SELECT fact_id, fact, at, about, commitment FROM leaf WHERE idx = ANY($1) ORDER BY idx")
            .bind(indexes.iter().map(|index| signed(*index)).collect::<Vec<_>>())
            .fetch_all(db)
            .await?;
    rows.iter().map(leaf).collect()
}

/// A fact of a case's timeline.
#[derive(Debug, Clone)]
pub struct Entry {
    pub index: u64,
    pub fact_id: Uuid,
    /// `intake.v1.case_registered`.
    pub fact: String,
    pub at: jiff::Timestamp,
    /// Absent when erased.
    pub payload: Option<Vec<u8>>,
}

/// The facts about a case in ledger order, at most `limit`.
pub async fn about(db: &mut PgConnection, about: Uuid, limit: i64) -> Result<Vec<Entry>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT idx, fact_id, fact, at, payload FROM leaf
         WHERE about = $1 AND about <> '00000000-0000-0000-0000-000000000000' ORDER BY idx LIMIT $2",
    )
    .bind(about)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(entry).collect()
}

fn entry(row: &PgRow) -> Result<Entry, sqlx::Error> {
    Ok(Entry {
        index: unsigned(row.try_get("idx")?, "leaf index")?,
        fact_id: row.try_get("fact_id")?,
        fact: row.try_get("fact")?,
        at: row.try_get::<Timestamp, _>("at")?.to_jiff(),
        payload: row.try_get("payload")?,
    })
}

/// The facts of these names among the leaves of indexes from `first` up to, not including, `end`, by index.
pub async fn named(
    db: &mut PgConnection,
    first: u64,
    end: u64,
    names: &[String],
) -> Result<Vec<Entry>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT idx, fact_id, fact, at, payload FROM leaf
         WHERE idx >= $1 AND idx < $2 AND fact = ANY($3) ORDER BY idx",
    )
    .bind(signed(first))
    .bind(signed(end))
    .bind(names)
    .fetch_all(db)
    .await?;
    rows.iter().map(entry).collect()
}
