//! What the figures know of each case.

use std::collections::HashMap;

use jiff_sqlx::{Timestamp, ToSqlx};
use sqlx::types::Json;
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{Corrupt, unsigned};
use crate::domain::figures::{CaseFigure, Due};

/// Referral, epoch, and due moment in microseconds.
type StoredDue = (Uuid, u32, Option<i64>);

fn due((referral, epoch, due_us): StoredDue) -> Result<(Uuid, Due), sqlx::Error> {
    let due_at = due_us.map(jiff::Timestamp::from_microsecond).transpose();
    Ok((referral, Due { epoch, due_at: due_at.map_err(|e| sqlx::Error::Decode(e.into()))? }))
}

fn stored(case: &CaseFigure) -> String {
    let dues = case.dues.iter().map(|(referral, Due { epoch, due_at })| {
        serde_json::json!([referral, epoch, due_at.map(jiff::Timestamp::as_microsecond)])
    });
    serde_json::Value::Array(dues.collect()).to_string()
}

fn figure(row: &PgRow) -> Result<(Uuid, CaseFigure), sqlx::Error> {
    let moment =
        |column: &str| row.try_get::<Option<Timestamp>, _>(column).map(|at| at.map(Timestamp::to_jiff));
    let registered = match (moment("registered_at")?, row.try_get::<Option<String>, _>("province")?) {
        (Some(at), Some(province)) => Some((at, province)),
        (None, None) => None,
        _ => return Err(sqlx::Error::Decode(Box::new(Corrupt("half a registration")))),
    };
    let Json(dues) = row.try_get::<Json<Vec<StoredDue>>, _>("dues")?;
    let figure = CaseFigure {
        registered,
        dues: dues.into_iter().map(due).collect::<Result<_, _>>()?,
        answered_at: moment("answered_at")?,
        closed_at: moment("closed_at")?,
        closings: row.try_get("closings")?,
        reopenings: row.try_get("reopenings")?,
        withdrawn_at: moment("withdrawn_at")?,
    };
    Ok((row.try_get("case_id")?, figure))
}

/// The rows of these cases, as far as there are any. Call under the tree's lock.
pub async fn load(db: &mut PgConnection, cases: &[Uuid]) -> Result<HashMap<Uuid, CaseFigure>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT case_id, province, registered_at, dues, answered_at, closed_at, closings, reopenings, withdrawn_at
         FROM case_figure WHERE case_id = ANY($1)",
    )
    .bind(cases)
    .fetch_all(db)
    .await?;
    rows.iter().map(figure).collect()
}

/// Saves new and changed rows. Call under the tree's lock.
pub async fn save(db: &mut PgConnection, cases: &[(Uuid, CaseFigure)]) -> Result<(), sqlx::Error> {
    let moments = |of: fn(&CaseFigure) -> Option<jiff::Timestamp>| -> Vec<Option<Timestamp>> {
        cases.iter().map(|(_, case)| of(case).map(ToSqlx::to_sqlx)).collect()
    };
    sqlx::query(
        "INSERT INTO case_figure (case_id, province, registered_at, due_at, answered_at, closed_at, dues, closings,
                                  reopenings, withdrawn_at)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[],
                              $6::timestamptz[], $7::text[]::jsonb[], $8::integer[], $9::integer[], $10::timestamptz[])
         ON CONFLICT (case_id) DO UPDATE SET province = excluded.province, registered_at = excluded.registered_at,
             due_at = excluded.due_at, answered_at = excluded.answered_at, closed_at = excluded.closed_at,
             dues = excluded.dues, closings = excluded.closings, reopenings = excluded.reopenings,
             withdrawn_at = excluded.withdrawn_at",
    )
    .bind(cases.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(
        cases
            .iter()
            .map(|(_, case)| case.registered.as_ref().map(|(_, province)| province.as_str()))
            .collect::<Vec<_>>(),
    )
    .bind(moments(|case| case.registered.as_ref().map(|(at, _)| *at)))
    .bind(moments(CaseFigure::due_at))
    .bind(moments(|case| case.answered_at))
    .bind(moments(|case| case.closed_at))
    .bind(cases.iter().map(|(_, case)| stored(case)).collect::<Vec<_>>())
    .bind(cases.iter().map(|(_, case)| case.closings).collect::<Vec<_>>())
    .bind(cases.iter().map(|(_, case)| case.reopenings).collect::<Vec<_>>())
    .bind(moments(|case| case.withdrawn_at))
    .execute(db)
    .await?;
    Ok(())
}

/// Registered cases without an answer, as of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// Past their due moment.
    pub overdue: u64,
    /// Registration of the one that waits longest.
    pub oldest_at: Option<jiff::Timestamp>,
}

/// Which cases to look at: of a province (empty: all), registered from `from` up to, not including, `until`.
#[derive(Debug, Clone)]
pub struct Scope {
    pub province: String,
    pub from: Option<jiff::Timestamp>,
    pub until: Option<jiff::Timestamp>,
}

/// Counts the overdue and finds the oldest open case by the partial indexes: O(overdue), not O(cases).
pub async fn open(db: &mut PgConnection, scope: &Scope, now: jiff::Timestamp) -> Result<Open, sqlx::Error> {
    let (overdue, oldest): (i64, Option<Timestamp>) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM case_figure
                 WHERE closings <= reopenings AND withdrawn_at IS NULL AND registered_at IS NOT NULL AND due_at IS NOT NULL AND due_at < $1
                   AND ($2 = '' OR province = $2) AND ($3::timestamptz IS NULL OR registered_at >= $3)
                   AND ($4::timestamptz IS NULL OR registered_at < $4)),
                (SELECT registered_at FROM case_figure
                 WHERE closings <= reopenings AND withdrawn_at IS NULL AND registered_at IS NOT NULL
                   AND ($2 = '' OR province = $2) AND ($3::timestamptz IS NULL OR registered_at >= $3)
                   AND ($4::timestamptz IS NULL OR registered_at < $4)
                 ORDER BY registered_at LIMIT 1)",
    )
    .bind(now.to_sqlx())
    .bind(&scope.province)
    .bind(scope.from.map(ToSqlx::to_sqlx))
    .bind(scope.until.map(ToSqlx::to_sqlx))
    .fetch_one(db)
    .await?;
    Ok(Open { overdue: unsigned(overdue, "count")?, oldest_at: oldest.map(Timestamp::to_jiff) })
}
