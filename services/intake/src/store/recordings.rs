//! What is known of recordings; their bytes lie in the object store.

use jiff::Timestamp;
use sqlx::{FromRow, PgConnection, PgExecutor, PgPool, Row};
use uuid::Uuid;

use crate::store::wire;

/// A recording about to arrive.
pub struct Arriving<'a> {
    /// Its id.
    pub recording_id: Uuid,
    /// The PBX's id of the call.
    pub call_id: &'a str,
    /// Province code.
    pub province: &'a str,
    /// Centre code.
    pub centre: &'a str,
    /// Keyed hash of the caller's number.
    pub caller_hash: Option<[u8; 32]>,
    /// When the call began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Whether the line went.
    pub cut: bool,
    /// An audio type.
    pub content_type: &'a str,
}

/// A recording that is kept.
#[derive(Debug, FromRow)]
pub struct KeptRow {
    /// Its id.
    pub recording_id: Uuid,
    /// The PBX's id of the call.
    pub call_id: String,
    /// Province code.
    pub province: String,
    /// An audio type.
    pub content_type: String,
    /// Of the bytes as they came.
    pub sha256: Vec<u8>,
    /// How many they are.
    pub size_bytes: i64,
}

/// A call of a history.
#[derive(Debug, FromRow)]
pub struct CallRow {
    /// The PBX's id.
    pub call_id: String,
    /// Its recording.
    pub recording_id: Uuid,
    /// When it began.
    pub started_at: jiff_sqlx::Timestamp,
    /// When it ended.
    pub ended_at: jiff_sqlx::Timestamp,
    /// Whether the line went.
    pub cut: bool,
}

/// Calls of one number that are looked at around one.
const CALLS_MAX: i64 = 200;

/// Notes that a recording is on its way: should it never arrive whole, a sweep clears its bytes away.
pub async fn begin(db: &PgPool, new: &Arriving<'_>, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO recording (recording_id, call_id, province, centre, caller_hash, started_at, ended_at, cut, content_type, begun_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(new.recording_id)
    .bind(new.call_id)
    .bind(new.province)
    .bind(new.centre)
    .bind(new.caller_hash.as_ref().map(<[u8; 32]>::as_slice))
    .bind(wire(new.started_at))
    .bind(wire(new.ended_at))
    .bind(new.cut)
    .bind(new.content_type)
    .bind(wire(now))
    .execute(db)
    .await?;
    Ok(())
}

/// The recording that a call has already; two provinces' exchanges may use the same id.
pub async fn of_call(
    db: impl PgExecutor<'_>,
    province: &str,
    call_id: &str,
) -> sqlx::Result<Option<KeptRow>> {
    sqlx::query_as(
        "SELECT recording_id, call_id, province, content_type, sha256, size_bytes FROM recording
         WHERE call_id = $1 AND province = $2 AND stored_at IS NOT NULL",
    )
    .bind(call_id)
    .bind(province)
    .fetch_optional(db)
    .await
}

/// Notes that a recording is whole, unless its call has one by now; whether it was noted.
pub async fn complete(
    db: &mut PgConnection,
    recording_id: Uuid,
    (sha256, size_bytes): (&[u8], u64),
    now: Timestamp,
) -> sqlx::Result<bool> {
    let call: Option<(String, String)> = sqlx::query_as(
        "SELECT province, call_id FROM recording WHERE recording_id = $1 AND stored_at IS NULL FOR UPDATE",
    )
    .bind(recording_id)
    .fetch_optional(&mut *db)
    .await?;
    let Some((province, call)) = call else { return Ok(false) };
    // Two uploads of one call: the second waits for the first and sees what it kept.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 2))")
        .bind(&province)
        .bind(&call)
        .execute(&mut *db)
        .await?;
    if of_call(&mut *db, &province, &call).await?.is_some() {
        return Ok(false);
    }
    sqlx::query("UPDATE recording SET stored_at = $2, sha256 = $3, size_bytes = $4 WHERE recording_id = $1")
        .bind(recording_id)
        .bind(wire(now))
        .bind(sha256)
        .bind(i64::try_from(size_bytes).unwrap_or(i64::MAX))
        .execute(db)
        .await?;
    Ok(true)
}

/// A recording that is whole.
pub async fn one(db: &PgPool, recording_id: Uuid) -> sqlx::Result<Option<KeptRow>> {
    sqlx::query_as(
        "SELECT recording_id, call_id, province, content_type, sha256, size_bytes FROM recording
         WHERE recording_id = $1 AND stored_at IS NOT NULL",
    )
    .bind(recording_id)
    .fetch_optional(db)
    .await
}

/// The provinces in which a call of this id was recorded, two at most; of one province only that one.
pub async fn provinces_of(db: &PgPool, call_id: &str, province: &str) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT province FROM recording
         WHERE call_id = $1 AND ($2 = '' OR province = $2) AND stored_at IS NOT NULL ORDER BY province LIMIT 2",
    )
    .bind(call_id)
    .bind(province)
    .fetch_all(db)
    .await
}

/// The calls of the number of this call in its province, from a day before to a day after it; only itself where the number
/// was withheld.
pub async fn calls_around(db: &PgPool, province: &str, call_id: &str) -> sqlx::Result<Vec<CallRow>> {
    sqlx::query_as(
        "SELECT c.call_id, c.recording_id, c.started_at, c.ended_at, c.cut
         FROM recording asked JOIN recording c ON c.stored_at IS NOT NULL AND (c.recording_id = asked.recording_id
             OR c.caller_hash = asked.caller_hash AND c.started_at BETWEEN asked.started_at - interval '1 day'
                 AND asked.started_at + interval '1 day' AND c.province = asked.province)
         WHERE asked.call_id = $1 AND asked.province = $2 AND asked.stored_at IS NOT NULL ORDER BY c.started_at LIMIT $3",
    )
    .bind(call_id)
    .bind(province)
    .bind(CALLS_MAX)
    .fetch_all(db)
    .await
}

/// The contacts that were registered from these calls of a province.
pub async fn contacts_of(db: &PgPool, province: &str, calls: &[&str]) -> sqlx::Result<Vec<(String, Uuid)>> {
    sqlx::query_as(
        "SELECT n.call_id, n.contact_id FROM contact_note n JOIN contact c USING (contact_id)
         WHERE n.call_id = ANY($1) AND c.province = $2 ORDER BY n.contact_id",
    )
    .bind(calls)
    .bind(province)
    .fetch_all(db)
    .await
}

/// At most `limit` recordings that began before `before` and never became whole.
pub async fn abandoned(db: &PgPool, before: Timestamp, limit: i64) -> sqlx::Result<Vec<Uuid>> {
    let rows = sqlx::query(
        "SELECT recording_id FROM recording WHERE stored_at IS NULL AND begun_at < $1 ORDER BY begun_at LIMIT $2",
    )
    .bind(wire(before))
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| row.try_get("recording_id")).collect()
}

/// Forgets recordings that never became whole.
pub async fn forget(db: &PgPool, recordings: &[Uuid]) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM recording WHERE recording_id = ANY($1) AND stored_at IS NULL")
        .bind(recordings)
        .execute(db)
        .await?;
    Ok(())
}
