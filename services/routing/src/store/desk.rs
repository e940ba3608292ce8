//! The manual desk.

use contracts::CaseId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{round_of, round_to};

/// A case that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskItem {
    /// The case.
    pub case_id: CaseId,
    /// The round that no rule decided.
    pub round: u32,
    /// The case's province.
    pub province: String,
    /// The case's topic.
    pub topic: String,
    /// Why a person must decide, in Persian.
    pub reason: String,
    /// Since when it waits.
    pub opened_at: Timestamp,
}

/// What the desk has for a case.
#[derive(Debug, PartialEq, Eq)]
pub enum Latest {
    /// Nothing: it was never here.
    Nothing,
    /// Its latest item was decided.
    Decided,
    /// The round that waits.
    Open(u32),
}

/// Opens desk items.
pub async fn insert(connection: &mut PgConnection, items: &[DeskItem]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO desk_item (case_id, round, province, topic, reason, opened_at)
         SELECT * FROM UNNEST($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])",
    )
    .bind(items.iter().map(|i| i.case_id.0).collect::<Vec<_>>())
    .bind(items.iter().map(|i| round_to(i.round)).collect::<Vec<_>>())
    .bind(items.iter().map(|i| i.province.as_str()).collect::<Vec<_>>())
    .bind(items.iter().map(|i| i.topic.as_str()).collect::<Vec<_>>())
    .bind(items.iter().map(|i| i.reason.as_str()).collect::<Vec<_>>())
    .bind(items.iter().map(|i| i.opened_at.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// The latest item of a case, which nobody else decides until the transaction ends.
pub async fn lock_latest(connection: &mut PgConnection, case: CaseId) -> Result<Latest, sqlx::Error> {
    let row: Option<(i32, bool)> = sqlx::query_as(
        "SELECT round, assigned_at IS NULL FROM desk_item WHERE case_id = $1 ORDER BY round DESC LIMIT 1 FOR UPDATE",
    )
    .bind(case.0)
    .fetch_optional(connection)
    .await?;
    Ok(match row {
        None => Latest::Nothing,
        Some((_, false)) => Latest::Decided,
        Some((round, true)) => Latest::Open(round_of(round)?),
    })
}

/// Closes an item.
pub async fn assign(
    connection: &mut PgConnection,
    case: CaseId,
    round: u32,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE desk_item SET assigned_at = $3 WHERE case_id = $1 AND round = $2")
        .bind(case.0)
        .bind(round_to(round))
        .bind(at.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}

/// Closes the open items of cases that were withdrawn: nobody need decide them.
pub async fn close(
    connection: &mut PgConnection,
    cases: &[CaseId],
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE desk_item SET assigned_at = $2 WHERE case_id = ANY($1) AND assigned_at IS NULL")
        .bind(cases.iter().map(|case| case.0).collect::<Vec<_>>())
        .bind(at.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}

/// Open items after a moment and case, oldest first; of one province, or of all when it is empty.
pub async fn list_open(
    db: &PgPool,
    province: &str,
    after: (Timestamp, CaseId),
    limit: i64,
) -> Result<Vec<DeskItem>, sqlx::Error> {
    // Two texts, so that each has the index it needs.
    let sql = if province.is_empty() {
        "SELECT case_id, round, province, topic, reason, opened_at FROM desk_item
         WHERE assigned_at IS NULL AND $1 = '' AND (opened_at, case_id) > ($2, $3)
         ORDER BY opened_at, case_id LIMIT $4"
    } else {
        "SELECT case_id, round, province, topic, reason, opened_at FROM desk_item
         WHERE assigned_at IS NULL AND province = $1 AND (opened_at, case_id) > ($2, $3)
         ORDER BY opened_at, case_id LIMIT $4"
    };
    let rows: Vec<(Uuid, i32, String, String, String, jiff_sqlx::Timestamp)> = sqlx::query_as(sql)
        .bind(province)
        .bind(after.0.to_sqlx())
        .bind(after.1.0)
        .bind(limit)
        .fetch_all(db)
        .await?;
    let item = |(case, round, province, topic, reason, at): (_, _, _, _, _, jiff_sqlx::Timestamp)| {
        let (case_id, round, opened_at) = (CaseId(case), round_of(round)?, at.to_jiff());
        Ok(DeskItem { case_id, round, province, topic, reason, opened_at })
    };
    rows.into_iter().map(item).collect()
}
