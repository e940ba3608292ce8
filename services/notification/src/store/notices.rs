//! Notices at rest.

use anyhow::Result;
use contracts::NoticeId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool, Row as _};
use uuid::Uuid;

use crate::domain::notice::{Draft, To};

/// States of a notice, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i16)]
pub enum State {
    /// Its contact point is not known yet.
    Waiting = 0,
    /// To be sent.
    Pending = 1,
    /// Sent.
    Sent = 2,
    /// Given up.
    Failed = 3,
}

/// Keeps notices that are not there yet, each with its state.
pub async fn add(db: &mut PgConnection, drafts: &[(Draft, State)]) -> Result<()> {
    sqlx::query(
        "WITH added AS (
             INSERT INTO notice (notice_id, case_id, recipient, province, cause_fact_id, template, details, state, created_at,
                 next_at)
             SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::jsonb[],
                                  $8::smallint[], $9::timestamptz[], $10::timestamptz[])
             ON CONFLICT (notice_id) DO NOTHING RETURNING notice_id, next_at, created_at, state)
         INSERT INTO sending (notice_id, next_at, created_at)
         SELECT notice_id, next_at, created_at FROM added WHERE state = 1",
    )
    .bind(drafts.iter().map(|(d, _)| d.id().0).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(d, _)| d.to.case().map(|case_id| case_id.0)).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(d, _)| d.to.staff()).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(d, _)| d.province.as_str()).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(d, _)| d.cause.0).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(d, _)| d.template.name()).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(d, _)| Json(&d.details)).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(_, state)| *state as i16).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(d, _)| d.created_at.to_sqlx()).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(d, _)| d.not_before.to_sqlx()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Releases what waited for the contact points of these cases, or removes it where nobody can be reached.
pub async fn release(db: &mut PgConnection, cases: &[Uuid]) -> Result<()> {
    sqlx::query(
        "WITH unreachable AS (
             DELETE FROM notice n USING contact_point c
             WHERE n.case_id = ANY($1) AND n.state = 0 AND c.case_id = n.case_id AND NOT c.reachable),
         released AS (
             UPDATE notice n SET state = 1 FROM contact_point c
             WHERE n.case_id = ANY($1) AND n.state = 0 AND c.case_id = n.case_id AND c.reachable
             RETURNING n.notice_id, n.next_at, n.created_at)
         INSERT INTO sending (notice_id, next_at, created_at) SELECT * FROM released",
    )
    .bind(cases)
    .execute(db)
    .await?;
    Ok(())
}

/// A notice as listed.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its id.
    pub notice_id: NoticeId,
    /// What it tells.
    pub template: String,
    /// See [`State`].
    pub state: i16,
    /// As in the contract.
    pub transport: i16,
    /// How often it was tried.
    pub attempts: i32,
    /// Why the last attempt failed.
    pub last_error: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was sent or given up.
    pub settled_at: Option<Timestamp>,
}

/// The notices of a case or of one of the staff, oldest first.
pub async fn of(db: &PgPool, to: &To, limit: i64) -> Result<Vec<Listed>> {
    let rows = sqlx::query(
        "SELECT n.notice_id, n.template, n.state, n.transport, coalesce(s.attempts, n.attempts) AS attempts, n.last_error,
             n.created_at, n.settled_at
         FROM notice n LEFT JOIN sending s USING (notice_id)
         WHERE n.case_id = $1 OR n.recipient = $2 ORDER BY n.created_at, n.notice_id LIMIT $3",
    )
    .bind(to.case().map(|case_id| case_id.0))
    .bind(to.staff())
    .bind(limit)
    .fetch_all(db)
    .await?;
    let listed = |row: &PgRow| {
        Ok(Listed {
            notice_id: NoticeId(row.try_get("notice_id")?),
            template: row.try_get("template")?,
            state: row.try_get("state")?,
            transport: row.try_get("transport")?,
            attempts: row.try_get("attempts")?,
            last_error: row.try_get("last_error")?,
            created_at: row.try_get::<jiff_sqlx::Timestamp, _>("created_at")?.to_jiff(),
            settled_at: row
                .try_get::<Option<jiff_sqlx::Timestamp>, _>("settled_at")?
                .map(jiff_sqlx::Timestamp::to_jiff),
        })
    };
    rows.iter().map(listed).collect()
}
