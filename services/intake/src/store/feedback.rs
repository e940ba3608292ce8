//! Citizens' words on answers.

use contracts::CaseId;
use contracts::intake::{FeedbackOutcome, FeedbackVerdict};
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row};
use uuid::Uuid;

use crate::domain::feedback::Feedback;
use crate::store::{Corrupt, wire};

/// What is known of the answers of a case, the first before the next.
pub async fn of(db: &mut PgConnection, case: CaseId) -> anyhow::Result<Vec<Feedback>> {
    let rows = sqlx::query(
        "SELECT answer, verdict, statement, outcome, said_at FROM feedback WHERE case_id = $1 ORDER BY answer",
    )
    .bind(case.0)
    .fetch_all(db)
    .await?;
    rows.iter().map(feedback).collect()
}

/// Keeps the first word on an answer.
pub async fn keep(db: &mut PgConnection, case: CaseId, said: &Feedback) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO feedback (case_id, answer, verdict, statement, outcome, said_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(case.0)
    .bind(i32::try_from(said.answer).unwrap_or(i32::MAX))
    .bind(i16::try_from(i32::from(said.verdict)).unwrap_or_default())
    .bind(said.statement.as_str())
    .bind(i16::try_from(i32::from(said.outcome)).unwrap_or_default())
    .bind(wire(said.said_at))
    .execute(db)
    .await?;
    Ok(())
}

/// An answer of which the citizen did not speak in time.
#[derive(Debug, FromRow)]
pub struct Lapsed {
    /// The case.
    pub case_id: Uuid,
    /// Its province.
    pub province: String,
    /// Its county.
    pub county: String,
    /// Its topic.
    pub topic: String,
    /// Which answer.
    pub answer: i32,
    /// Until when it was asked.
    pub feedback_until: jiff_sqlx::Timestamp,
}

/// Ends the asking where its time is over, the earliest first; rows that somebody works on are passed over.
pub async fn lapse(db: &mut PgConnection, now: Timestamp, limit: i64) -> sqlx::Result<Vec<Lapsed>> {
    sqlx::query_as(
        "WITH due AS (
             SELECT f.case_id, f.feedback_until FROM awaited_case a JOIN case_file f USING (case_id)
             WHERE a.feedback_until <= $1 AND f.feedback_until <= $1
             ORDER BY a.feedback_until, a.case_id LIMIT $2 FOR NO KEY UPDATE OF f SKIP LOCKED
         ), told AS (
             DELETE FROM awaited_case a USING due WHERE a.case_id = due.case_id
         ), lapsed AS (
             UPDATE case_file f SET feedback_until = NULL FROM due WHERE f.case_id = due.case_id
             RETURNING f.case_id, f.province, f.county, f.topic, f.reopenings + 1 AS answer, due.feedback_until
         ), kept AS (
             INSERT INTO feedback (case_id, answer, verdict, statement, outcome, said_at)
             SELECT case_id, answer, 0, '', 0, feedback_until FROM lapsed
         )
         SELECT * FROM lapsed",
    )
    .bind(wire(now))
    .bind(limit)
    .fetch_all(db)
    .await
}

fn feedback(row: &PgRow) -> anyhow::Result<Feedback> {
    let (verdict, outcome): (i16, i16) = (row.try_get("verdict")?, row.try_get("outcome")?);
    Ok(Feedback {
        answer: u32::try_from(row.try_get::<i32, _>("answer")?)
            .map_err(|_| Corrupt("number of an answer"))?,
        verdict: FeedbackVerdict::try_from(i32::from(verdict)).map_err(|_| Corrupt("word on an answer"))?,
        statement: row.try_get("statement")?,
        outcome: FeedbackOutcome::try_from(i32::from(outcome)).map_err(|_| Corrupt("outcome of a word"))?,
        said_at: row.try_get::<jiff_sqlx::Timestamp, _>("said_at")?.to_jiff(),
    })
}
