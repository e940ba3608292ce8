//! What topics are called.

use std::collections::HashMap;

use anyhow::Result;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::PgConnection;

/// Keeps what topics are called: code, name, and since when.
pub async fn call(db: &mut PgConnection, topics: &[(&str, &str, Timestamp)]) -> Result<()> {
    sqlx::query(
        "INSERT INTO topic AS known (topic, name_fa, named_at)
         SELECT DISTINCT ON (code) code, name, at FROM UNNEST($1::text[], $2::text[], $3::timestamptz[])
             AS n (code, name, at) ORDER BY code, at DESC, name DESC
         ON CONFLICT (topic) DO UPDATE SET name_fa = excluded.name_fa, named_at = excluded.named_at
             WHERE (known.named_at, known.name_fa) < (excluded.named_at, excluded.name_fa)",
    )
    .bind(topics.iter().map(|(code, ..)| *code).collect::<Vec<_>>())
    .bind(topics.iter().map(|(_, name, _)| *name).collect::<Vec<_>>())
    .bind(topics.iter().map(|(.., at)| at.to_sqlx()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// What those of these topics are called whose names were heard.
pub async fn names(db: &mut PgConnection, topics: &[&str]) -> Result<HashMap<String, String>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT topic, name_fa FROM topic WHERE topic = ANY($1)")
            .bind(topics)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().collect())
}
