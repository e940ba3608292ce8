//! What the figures know of each case.

use std::collections::HashMap;

use jiff_sqlx::{Timestamp, ToSqlx};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{Corrupt, unsigned};
use crate::domain::figures::CaseFigure;

fn figure(row: &PgRow) -> Result<(Uuid, CaseFigure), sqlx::Error> {
    let moment =
        |column: &str| row.try_get::<Option<Timestamp>, _>(column).map(|at| at.map(Timestamp::to_jiff));
    let registered = match (moment("registered_at")?, row.try_get::<Option<String>, _>("province")?) {
        (Some(at), Some(province)) => Some((at, province)),
        (None, None) => None,
        _ => return Err(sqlx::Error::Decode(Box::new(Corrupt("half a registration")))),
    };
    let figure = CaseFigure {
        registered,
        due_at: moment("due_at")?,
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
        "SELECT case_id, province, registered_at, due_at, answered_at, closed_at, closings, reopenings, withdrawn_at
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
        "INSERT INTO case_figure (case_id, province, registered_at, due_at, answered_at, closed_at, closings, reopenings,
                                  withdrawn_at)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[],
                              $6::timestamptz[], $7::integer[], $8::integer[], $9::timestamptz[])
         ON CONFLICT (case_id) DO UPDATE SET province = excluded.province, registered_at = excluded.registered_at,
             due_at = excluded.due_at, answered_at = excluded.answered_at, closed_at = excluded.closed_at,
             closings = excluded.closings, reopenings = excluded.reopenings, withdrawn_at = excluded.withdrawn_at",
    )
    .bind(cases.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(
        cases
            .iter()
            .map(|(_, case)| case.registered.as_ref().map(|(_, province)| province.as_str()))
            .collect::<Vec<_>>(),
    )
    .bind(moments(|case| case.registered.as_ref().map(|(at, _)| *at)))
    .bind(moments(|case| case.due_at))
    .bind(moments(|case| case.answered_at))
    .bind(moments(|case| case.closed_at))
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
