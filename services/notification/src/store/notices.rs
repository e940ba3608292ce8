//! Notices at rest.

use anyhow::{Context as _, Result};
use contracts::notification::Transport;
use contracts::{CaseId, FactId, NoticeId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool, Row as _};
use uuid::Uuid;

use crate::domain::notice::{Details, Draft, Template};

/// Seconds of the machine in which a replica must have sent what it took; longer than any time-out of a transport.
const LEASE_S: f64 = 120.0;

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
        "INSERT INTO notice (notice_id, case_id, province, cause_fact_id, template, details, state, created_at)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::jsonb[], $7::smallint[],
                              $8::timestamptz[])
         ON CONFLICT (notice_id) DO NOTHING",
    )
    .bind(drafts.iter().map(|(d, _)| d.id().0).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(d, _)| d.case_id.0).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(d, _)| d.province.as_str()).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(d, _)| d.cause.0).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(d, _)| d.template.name()).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(d, _)| Json(&d.details)).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(_, state)| *state as i16).collect::<Vec<_>>())
    .bind(drafts.iter().map(|(d, _)| d.created_at.to_sqlx()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Releases what waited for the contact points of these cases, or removes it where nobody can be reached.
pub async fn release(db: &mut PgConnection, cases: &[Uuid]) -> Result<()> {
    sqlx::query(
        "WITH unreachable AS (
             DELETE FROM notice n USING contact_point c
             WHERE n.case_id = ANY($1) AND n.state = 0 AND c.case_id = n.case_id AND NOT c.reachable)
         UPDATE notice n SET state = 1 FROM contact_point c
         WHERE n.case_id = ANY($1) AND n.state = 0 AND c.case_id = n.case_id AND c.reachable",
    )
    .bind(cases)
    .execute(db)
    .await?;
    Ok(())
}

/// A notice that a replica took to send.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Its id; what a gateway knows a repeated request by.
    pub notice_id: NoticeId,
    /// Whose case.
    pub case_id: CaseId,
    /// Where.
    pub province: String,
    /// What it tells of.
    pub cause: FactId,
    /// What it tells.
    pub template: Template,
    /// See [`Details`].
    pub details: Details,
    /// This attempt's number, from 1.
    pub attempts: u32,
    /// Whom to tell, sealed.
    pub sealed: Vec<u8>,
}

/// Takes up to `limit` notices that are due at `now`: no other replica takes them while the lease lasts.
pub async fn take(db: &PgPool, now: Timestamp, limit: i64) -> Result<Vec<Taken>> {
    let rows = sqlx::query(
        "WITH due AS (
             SELECT notice_id FROM notice WHERE state = 1 AND next_at <= $1 AND leased_until < now()
             ORDER BY next_at, created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
         UPDATE notice n SET attempts = n.attempts + 1, leased_until = now() + make_interval(secs => $3)
         FROM due, contact_point c WHERE n.notice_id = due.notice_id AND c.case_id = n.case_id
         RETURNING n.notice_id, n.case_id, n.province, n.cause_fact_id, n.template, n.details, n.attempts, c.sealed",
    )
    .bind(now.to_sqlx())
    .bind(limit)
    .bind(LEASE_S)
    .fetch_all(db)
    .await?;
    rows.iter().map(taken).collect()
}

fn taken(row: &PgRow) -> Result<Taken> {
    let template: String = row.try_get("template")?;
    Ok(Taken {
        notice_id: NoticeId(row.try_get("notice_id")?),
        case_id: CaseId(row.try_get("case_id")?),
        province: row.try_get("province")?,
        cause: FactId(row.try_get("cause_fact_id")?),
        template: Template::named(&template).context("a notice has an unknown template")?,
        details: row.try_get::<Json<Details>, _>("details")?.0,
        attempts: u32::try_from(row.try_get::<i32, _>("attempts")?)?,
        sealed: row.try_get::<Option<Vec<u8>>, _>("sealed")?.unwrap_or_default(),
    })
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Which notice.
    pub notice_id: NoticeId,
    /// Which attempt.
    pub attempts: u32,
    /// By which way.
    pub transport: Transport,
    /// Why not; empty: sent.
    pub error: String,
    /// When to try again; none: settled.
    pub again_at: Option<Timestamp>,
}

/// Writes outcomes down; the notices of which this was news. An attempt whose lease ran out says nothing any more.
pub async fn settle(db: &mut PgConnection, outcomes: &[Outcome], now: Timestamp) -> Result<Vec<NoticeId>> {
    let state = |o: &Outcome| match (o.again_at, o.error.is_empty()) {
        (Some(_), _) => State::Pending as i16,
        (None, true) => State::Sent as i16,
        (None, false) => State::Failed as i16,
    };
    let rows = sqlx::query(
        "UPDATE notice n SET state = o.state, transport = o.transport, last_error = o.error, next_at = coalesce(o.again_at, n.next_at),
             leased_until = '-infinity', settled_at = CASE WHEN o.state > 1 THEN $7 END,
             details = CASE WHEN o.state > 1 THEN '{}' ELSE n.details END
         FROM UNNEST($1::uuid[], $2::integer[], $3::smallint[], $4::smallint[], $5::text[], $6::timestamptz[])
              AS o (notice_id, attempts, state, transport, error, again_at)
         WHERE n.notice_id = o.notice_id AND n.state = 1 AND n.attempts = o.attempts RETURNING n.notice_id",
    )
    .bind(outcomes.iter().map(|o| o.notice_id.0).collect::<Vec<_>>())
    .bind(outcomes.iter().map(|o| i32::try_from(o.attempts).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .bind(outcomes.iter().map(state).collect::<Vec<_>>())
    .bind(outcomes.iter().map(|o| o.transport as i16).collect::<Vec<_>>())
    .bind(outcomes.iter().map(|o| o.error.as_str()).collect::<Vec<_>>())
    .bind(outcomes.iter().map(|o| o.again_at.map(jiff_sqlx::ToSqlx::to_sqlx)).collect::<Vec<_>>())
    .bind(now.to_sqlx())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok(NoticeId(row.try_get("notice_id")?))).collect()
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

/// The notices of a case, oldest first.
pub async fn of_case(db: &PgPool, case: CaseId, limit: i64) -> Result<Vec<Listed>> {
    let rows = sqlx::query(
        "SELECT notice_id, template, state, transport, attempts, last_error, created_at, settled_at
         FROM notice WHERE case_id = $1 ORDER BY created_at, notice_id LIMIT $2",
    )
    .bind(case.0)
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
