//! Escalations to management, by whom and day; and what agencies are called.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool, Row as _};
use uuid::Uuid;

/// An escalation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// The fact that says so.
    pub fact_id: Uuid,
    /// To whom: a province, or empty for the whole country.
    pub scope: String,
    /// The day in Tehran on which it was.
    pub day: Date,
    /// Who holds the referral; empty: nobody.
    pub agency: String,
}

/// To whom, and of which day.
pub type Of = (String, Date);

/// Keeps escalations and says of whom and which day any is new; forgets those of days before `since`.
pub async fn add(db: &mut PgConnection, escalations: &[Escalation], since: Date) -> Result<BTreeSet<Of>> {
    let rows = sqlx::query(
        "INSERT INTO escalation (fact_id, scope, day, agency)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::date[], $4::text[]) ON CONFLICT (fact_id) DO NOTHING
         RETURNING scope, day",
    )
    .bind(escalations.iter().map(|e| e.fact_id).collect::<Vec<_>>())
    .bind(escalations.iter().map(|e| e.scope.as_str()).collect::<Vec<_>>())
    .bind(escalations.iter().map(|e| e.day.to_sqlx()).collect::<Vec<_>>())
    .bind(escalations.iter().map(|e| e.agency.as_str()).collect::<Vec<_>>())
    .fetch_all(&mut *db)
    .await?;
    sqlx::query("DELETE FROM escalation WHERE day < $1").bind(since.to_sqlx()).execute(db).await?;
    rows.iter().map(of).collect()
}

fn of(row: &PgRow) -> Result<Of> {
    Ok((row.try_get("scope")?, row.try_get::<jiff_sqlx::Date, _>("day")?.to_jiff()))
}

/// How many there were, by agency as it is called, the most first.
pub async fn counted(db: &PgPool, wanted: &[Of]) -> Result<HashMap<Of, Vec<(String, u64)>>> {
    let rows = sqlx::query(
        "SELECT e.scope, e.day, coalesce(nullif(a.name_fa, ''), e.agency) AS name, count(*) AS count
         FROM UNNEST($1::text[], $2::date[]) AS w (scope, day)
         JOIN escalation e ON e.scope = w.scope AND e.day = w.day LEFT JOIN agency a ON a.agency = e.agency
         GROUP BY 1, 2, 3 ORDER BY 1, 2, 4 DESC, 3",
    )
    .bind(wanted.iter().map(|(scope, _)| scope.as_str()).collect::<Vec<_>>())
    .bind(wanted.iter().map(|(_, day)| day.to_sqlx()).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    let mut counted: HashMap<Of, Vec<(String, u64)>> = HashMap::new();
    for row in &rows {
        let count = u64::try_from(row.try_get::<i64, _>("count")?)?;
        counted.entry(of(row)?).or_default().push((row.try_get("name")?, count));
    }
    Ok(counted)
}

/// Keeps what agencies are called: code, name, and since when.
pub async fn call(db: &mut PgConnection, agencies: &[(String, String, Timestamp)]) -> Result<()> {
    sqlx::query(
        "INSERT INTO agency AS known (agency, name_fa, named_at)
         SELECT DISTINCT ON (code) code, name, at FROM UNNEST($1::text[], $2::text[], $3::timestamptz[])
             AS n (code, name, at) ORDER BY code, at DESC, name DESC
         ON CONFLICT (agency) DO UPDATE SET name_fa = excluded.name_fa, named_at = excluded.named_at
             WHERE (known.named_at, known.name_fa) < (excluded.named_at, excluded.name_fa)",
    )
    .bind(agencies.iter().map(|(code, ..)| code.as_str()).collect::<Vec<_>>())
    .bind(agencies.iter().map(|(_, name, _)| name.as_str()).collect::<Vec<_>>())
    .bind(agencies.iter().map(|(.., at)| at.to_sqlx()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}
