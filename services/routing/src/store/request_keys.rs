//! Which content a key of an agency stands for.

use sqlx::PgPool;

/// Keeps that `key` stands for this content, unless it stands for some already; whether it stands for this one.
pub async fn claim(db: &PgPool, agency: &str, key: &str, content_hash: &[u8]) -> Result<bool, sqlx::Error> {
    sqlx::query(
        "INSERT INTO request_key (agency, key, content_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(agency)
    .bind(key)
    .bind(content_hash)
    .execute(db)
    .await?;
    sqlx::query_scalar("SELECT content_hash = $3 FROM request_key WHERE agency = $1 AND key = $2")
        .bind(agency)
        .bind(key)
        .bind(content_hash)
        .fetch_one(db)
        .await
}
