//! Which content a key of an agency stands for.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

/// How long a key stands for its content: longer than any program repeats a request. The id of an action follows from its
/// key, so one that comes even later does nothing twice.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Keys that one more key lets go: more than one, so that they become fewer.
const LET_GO: i64 = 10;

/// Keeps that `key` stands for this content, unless it stands for some already; whether it stands for this one.
pub async fn claim(
    db: &PgPool,
    agency: &str,
    key: &str,
    content_hash: &[u8],
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    sqlx::query(
        "WITH old AS (SELECT agency, key FROM request_key WHERE claimed_at < $1
                      ORDER BY claimed_at LIMIT $2 FOR UPDATE SKIP LOCKED)
         DELETE FROM request_key USING old WHERE request_key.agency = old.agency AND request_key.key = old.key",
    )
    .bind((now - KEPT).to_sqlx())
    .bind(LET_GO)
    .execute(db)
    .await?;
    sqlx::query(
        "INSERT INTO request_key (agency, key, content_hash, claimed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
    )
    .bind(agency)
    .bind(key)
    .bind(content_hash)
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    // Let go in between, it stands for this content from now on.
    let same = sqlx::query_scalar("SELECT content_hash = $3 FROM request_key WHERE agency = $1 AND key = $2")
        .bind(agency)
        .bind(key)
        .bind(content_hash)
        .fetch_optional(db)
        .await?;
    Ok(same.unwrap_or(true))
}
