//! Public meetings in versions, their turns and who is invited.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool, Row};
use uuid::Uuid;

use crate::domain::meeting::Meeting;
use crate::domain::meeting::agenda::Turn;
use crate::store::wire;

/// Most turns of one meeting that are read.
const TURNS_MAX: i64 = 5_000;
/// Meetings of one list, at most.
const LISTED_MAX: i64 = 100;

/// The newest versions of these meetings.
pub async fn of(db: &mut PgConnection, codes: &[&str]) -> anyhow::Result<Vec<Meeting>> {
    let rows = sqlx::query(
        "SELECT m.*, h.held_at FROM meeting m LEFT JOIN meeting_held h USING (meeting)
         WHERE m.meeting = ANY($1) AND m.is_current",
    )
    .bind(codes)
    .fetch_all(db)
    .await?;
    rows.iter().map(meeting).collect()
}

/// Meetings of one province, or of all when it is empty, that begin before a moment, the latest first.
pub async fn list(db: &PgPool, province: &str, before: Option<Timestamp>) -> anyhow::Result<Vec<Meeting>> {
    let rows = sqlx::query(
        "SELECT m.*, h.held_at FROM meeting m LEFT JOIN meeting_held h USING (meeting)
         WHERE m.is_current AND ($1 = '' OR m.province = $1) AND m.starts_at < COALESCE($2, 'infinity')
         ORDER BY m.starts_at DESC, m.meeting LIMIT $3",
    )
    .bind(province)
    .bind(before.map(wire))
    .bind(LISTED_MAX)
    .fetch_all(db)
    .await?;
    rows.iter().map(meeting).collect()
}

/// One meeting's newest version, while nobody else changes it.
pub async fn locked(db: &mut PgConnection, code: &str) -> anyhow::Result<Option<Meeting>> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 113))")
        .bind(code)
        .execute(&mut *db)
        .await?;
    Ok(of(db, &[code]).await?.pop())
}

/// Keeps a meeting as the version that holds now.
pub async fn keep(db: &mut PgConnection, new: &Meeting) -> sqlx::Result<()> {
    sqlx::query("UPDATE meeting SET is_current = false WHERE meeting = $1 AND is_current")
        .bind(&new.code)
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "INSERT INTO meeting (meeting, version, title_fa, province, place_fa, starts_at, ends_at, turns_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&new.code)
    .bind(i32::try_from(new.version).unwrap_or(i32::MAX))
    .bind(&new.title_fa)
    .bind(&new.province)
    .bind(&new.place_fa)
    .bind(wire(new.starts_at))
    .bind(wire(new.ends_at))
    .bind(wire(new.turns_until))
    .execute(db)
    .await?;
    Ok(())
}

/// A meeting's turns in the order of their registration, each with the agencies that hold its case.
pub async fn turns(db: &mut PgConnection, code: &str) -> sqlx::Result<Vec<Turn>> {
    let rows = sqlx::query(
        "SELECT c.contact_id, c.kind, c.topic, c.statement, c.place, f.case_id, f.tracking_code,
             ARRAY(SELECT DISTINCT r.agency FROM referral_seen r WHERE r.case_id = f.case_id AND r.state <> 3
                   ORDER BY r.agency) AS agencies
         FROM contact_occasion o JOIN contact c USING (contact_id) LEFT JOIN case_file f USING (case_id)
         WHERE o.meeting = $1 ORDER BY c.recorded_at, c.contact_id LIMIT $2",
    )
    .bind(code)
    .bind(TURNS_MAX)
    .fetch_all(db)
    .await?;
    let turn = |row: &PgRow| {
        let case_id: Option<Uuid> = row.try_get("case_id")?;
        Ok(Turn {
            contact_id: row.try_get::<Uuid, _>("contact_id")?.to_string(),
            case_id: case_id.map(|id| id.to_string()).unwrap_or_default(),
            tracking_code: row.try_get::<Option<String>, _>("tracking_code")?.unwrap_or_default(),
            kind: i32::from(row.try_get::<i16, _>("kind")?),
            topic: row.try_get("topic")?,
            statement: row.try_get("statement")?,
            place: row.try_get("place")?,
            agencies: row.try_get("agencies")?,
        })
    };
    rows.iter().map(turn).collect()
}

/// The cases of a meeting's turns, by their contacts; none where advice ended the turn.
pub async fn cases(db: &mut PgConnection, code: &str) -> sqlx::Result<BTreeMap<Uuid, Option<Uuid>>> {
    let rows = sqlx::query(
        "SELECT contact_id, case_id FROM contact_occasion JOIN contact USING (contact_id) WHERE meeting = $1",
    )
    .bind(code)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("contact_id")?, row.try_get("case_id")?))).collect()
}

/// Agencies that are invited.
pub async fn invited(db: &mut PgConnection, code: &str) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar("SELECT agency FROM meeting_invited WHERE meeting = $1 ORDER BY agency")
        .bind(code)
        .fetch_all(db)
        .await
}

/// Keeps that these agencies are invited.
pub async fn invite(
    db: &mut PgConnection,
    code: &str,
    agencies: &[&str],
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO meeting_invited (meeting, agency, invited_at) SELECT $1, agency, $3 FROM UNNEST($2::text[]) AS agency
         ON CONFLICT DO NOTHING",
    )
    .bind(code)
    .bind(agencies)
    .bind(wire(now))
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps that the meeting was held.
pub async fn hold(
    db: &mut PgConnection,
    code: &str,
    held_at: Timestamp,
    attended: &[String],
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO meeting_held (meeting, held_at, attended) VALUES ($1, $2, $3)")
        .bind(code)
        .bind(wire(held_at))
        .bind(attended)
        .execute(db)
        .await?;
    Ok(())
}

fn meeting(row: &PgRow) -> anyhow::Result<Meeting> {
    let at = |name: &str| -> sqlx::Result<Timestamp> {
        Ok(row.try_get::<jiff_sqlx::Timestamp, _>(name)?.to_jiff())
    };
    let held_at: Option<jiff_sqlx::Timestamp> = row.try_get("held_at")?;
    Ok(Meeting {
        code: row.try_get("meeting")?,
        version: u32::try_from(row.try_get::<i32, _>("version")?)?,
        title_fa: row.try_get("title_fa")?,
        province: row.try_get("province")?,
        place_fa: row.try_get("place_fa")?,
        starts_at: at("starts_at")?,
        ends_at: at("ends_at")?,
        turns_until: at("turns_until")?,
        held_at: held_at.map(jiff_sqlx::Timestamp::to_jiff),
    })
}
