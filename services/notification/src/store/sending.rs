//! Notices on their way: taken under a lease, renewed, given back or settled.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::{Context as _, Result};
use contracts::notification::Transport;
use contracts::{CaseId, FactId, NoticeId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool, Row as _};

use super::notices::State;
use crate::domain::notice::{Details, Template, To};

/// A notice that a replica took to send.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Its id; what a gateway knows a repeated request by.
    pub notice_id: NoticeId,
    /// Who is told.
    pub to: To,
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
pub async fn take(db: &PgPool, now: Timestamp, limit: i64, lease: Duration) -> Result<Vec<Taken>> {
    let rows = sqlx::query(
        "WITH due AS (
             SELECT notice_id FROM sending WHERE next_at <= $1 AND leased_until < now()
             ORDER BY next_at, created_at LIMIT $2 FOR UPDATE SKIP LOCKED),
         taken AS (
             UPDATE sending s SET attempts = s.attempts + 1, leased_until = now() + make_interval(secs => $3)
             FROM due WHERE s.notice_id = due.notice_id RETURNING s.notice_id, s.attempts)
         SELECT n.notice_id, n.case_id, n.recipient, n.province, n.cause_fact_id, n.template, n.details, taken.attempts,
             CASE WHEN n.recipient IS NULL THEN (SELECT c.sealed FROM contact_point c WHERE c.case_id = n.case_id)
                  ELSE (SELECT r.sealed FROM recipient r WHERE r.recipient = n.recipient) END AS sealed
         FROM taken JOIN notice n USING (notice_id)",
    )
    .bind(now.to_sqlx())
    .bind(limit)
    .bind(lease.as_secs_f64())
    .fetch_all(db)
    .await?;
    rows.iter().map(taken).collect()
}

/// Renews the lease of those that are still to be sent by who took them.
pub async fn renew(db: &PgPool, taken: &[Taken], lease: Duration) -> Result<()> {
    // Those whose outcome is being written down are locked: to wait for them in another order could be a deadlock.
    sqlx::query(
        "WITH mine AS (
             SELECT s.notice_id FROM sending s JOIN UNNEST($1::uuid[], $2::integer[]) AS m (notice_id, attempts)
                 ON s.notice_id = m.notice_id AND s.attempts = m.attempts
             WHERE s.leased_until > now() FOR UPDATE OF s SKIP LOCKED)
         UPDATE sending s SET leased_until = now() + make_interval(secs => $3) FROM mine
         WHERE s.notice_id = mine.notice_id",
    )
    .bind(taken.iter().map(|t| t.notice_id.0).collect::<Vec<_>>())
    .bind(taken.iter().map(|t| i32::try_from(t.attempts).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .bind(lease.as_secs_f64())
    .execute(db)
    .await?;
    Ok(())
}

/// Gives back what was not begun, as if it had not been taken; what another replica took since stays with it.
pub async fn give_back(db: &PgPool, left: &[(NoticeId, u32)]) -> Result<()> {
    sqlx::query(
        "UPDATE sending s SET attempts = s.attempts - 1, leased_until = '-infinity'
         FROM UNNEST($1::uuid[], $2::integer[]) AS l (notice_id, attempts)
         WHERE s.notice_id = l.notice_id AND s.attempts = l.attempts AND s.leased_until > now()",
    )
    .bind(left.iter().map(|(id, _)| id.0).collect::<Vec<_>>())
    .bind(left.iter().map(|(_, attempts)| i32::try_from(*attempts).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

fn taken(row: &PgRow) -> Result<Taken> {
    let template: String = row.try_get("template")?;
    let case = row.try_get::<Option<_>, _>("case_id")?.map(|case_id| To::Citizen(CaseId(case_id)));
    let staff = || Ok::<_, sqlx::Error>(To::Staff(row.try_get("recipient")?));
    Ok(Taken {
        notice_id: NoticeId(row.try_get("notice_id")?),
        to: case.map_or_else(staff, Ok)?,
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

/// Writes outcomes down; the notices of which this was news. What was sent is sent, whoever has taken the notice since;
/// a failure whose lease ran out says nothing any more.
pub async fn settle(
    db: &mut PgConnection,
    outcomes: impl Iterator<Item = &Outcome> + Clone,
    now: Timestamp,
) -> Result<HashSet<NoticeId>> {
    let state = |o: &Outcome| match (o.again_at, o.error.is_empty()) {
        (Some(_), _) => State::Pending as i16,
        (None, true) => State::Sent as i16,
        (None, false) => State::Failed as i16,
    };
    let rows = sqlx::query(
        "WITH outcome AS (
             SELECT * FROM UNNEST($1::uuid[], $2::integer[], $3::smallint[], $4::smallint[], $5::text[], $6::timestamptz[])
                  AS o (notice_id, attempts, state, transport, error, again_at)),
         settled AS (
             DELETE FROM sending s USING outcome o
             WHERE s.notice_id = o.notice_id AND o.state > 1 AND (s.attempts = o.attempts OR o.state = 2)
             RETURNING s.notice_id),
         postponed AS (
             UPDATE sending s SET next_at = o.again_at, leased_until = '-infinity' FROM outcome o
             WHERE s.notice_id = o.notice_id AND o.state = 1 AND s.attempts = o.attempts
             RETURNING s.notice_id)
         UPDATE notice n SET state = o.state, transport = o.transport, attempts = o.attempts, last_error = o.error,
             settled_at = CASE WHEN o.state > 1 THEN $7 END, details = CASE WHEN o.state > 1 THEN '{}' ELSE n.details END
         FROM outcome o JOIN (TABLE settled UNION ALL TABLE postponed) news USING (notice_id)
         WHERE n.notice_id = o.notice_id
         RETURNING n.notice_id",
    )
    .bind(outcomes.clone().map(|o| o.notice_id.0).collect::<Vec<_>>())
    .bind(outcomes.clone().map(|o| i32::try_from(o.attempts).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .bind(outcomes.clone().map(state).collect::<Vec<_>>())
    .bind(outcomes.clone().map(|o| o.transport as i16).collect::<Vec<_>>())
    .bind(outcomes.clone().map(|o| o.error.as_str()).collect::<Vec<_>>())
    .bind(outcomes.clone().map(|o| o.again_at.map(jiff_sqlx::ToSqlx::to_sqlx)).collect::<Vec<_>>())
    .bind(now.to_sqlx())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok(NoticeId(row.try_get("notice_id")?))).collect()
}
