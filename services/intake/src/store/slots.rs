//! Slots that were announced.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, PgPool, Row};
use uuid::Uuid;

use crate::domain::attendance::{Official, Planned, Slot, State};
use crate::store::{Corrupt, wire};

/// The slots of these days and later ones, in any state, locked until the transaction ends.
pub async fn from_day(db: &mut PgConnection, day: Date) -> anyhow::Result<Vec<Slot>> {
    let rows = sqlx::query("SELECT * FROM attendance_slot WHERE day >= $1 ORDER BY day, pattern FOR UPDATE")
        .bind(day.to_sqlx())
        .fetch_all(db)
        .await?;
    rows.iter().map(slot).collect()
}

/// One slot, locked until the transaction ends.
pub async fn locked(db: &mut PgConnection, id: Uuid) -> anyhow::Result<Option<Slot>> {
    let row = sqlx::query("SELECT * FROM attendance_slot WHERE slot_id = $1 FOR UPDATE")
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(slot).transpose()
}

/// These slots, as far as there are such.
pub async fn of(db: &mut PgConnection, ids: &[Uuid]) -> anyhow::Result<Vec<Slot>> {
    let rows =
        sqlx::query("SELECT * FROM attendance_slot WHERE slot_id = ANY($1)").bind(ids).fetch_all(db).await?;
    rows.iter().map(slot).collect()
}

/// Adds new slots and saves changed ones.
pub async fn save(db: &mut PgConnection, slots: &[Slot]) -> sqlx::Result<()> {
    let texts = |field: fn(&Slot) -> &str| slots.iter().map(field).collect::<Vec<&str>>();
    let times = |field: fn(&Slot) -> Timestamp| slots.iter().map(|s| wire(field(s))).collect::<Vec<_>>();
    sqlx::query(
        "INSERT INTO attendance_slot (slot_id, pattern, day, official, name_fa, title_fa, province, centre, starts_at, ends_at,
             contacts_until, record_by, state, sequence, announced_at, changed_at, reason_fa, arrived_at)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::date[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
             $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::smallint[], $14::integer[],
             $15::timestamptz[], $16::timestamptz[], $17::text[], $18::timestamptz[])
         ON CONFLICT (pattern, day) DO UPDATE SET official = EXCLUDED.official, name_fa = EXCLUDED.name_fa,
             title_fa = EXCLUDED.title_fa, province = EXCLUDED.province, centre = EXCLUDED.centre,
             starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at, contacts_until = EXCLUDED.contacts_until,
             record_by = EXCLUDED.record_by, state = EXCLUDED.state, sequence = EXCLUDED.sequence,
             changed_at = EXCLUDED.changed_at, reason_fa = EXCLUDED.reason_fa, arrived_at = EXCLUDED.arrived_at",
    )
    .bind(slots.iter().map(|s| s.slot_id).collect::<Vec<_>>())
    .bind(texts(|s| &s.planned.pattern))
    .bind(slots.iter().map(|s| s.planned.day.to_sqlx()).collect::<Vec<_>>())
    .bind(texts(|s| &s.planned.official.code))
    .bind(texts(|s| &s.planned.official.name_fa))
    .bind(texts(|s| &s.planned.official.title_fa))
    .bind(texts(|s| &s.planned.province))
    .bind(texts(|s| &s.planned.centre))
    .bind(times(|s| s.planned.starts_at))
    .bind(times(|s| s.planned.ends_at))
    .bind(times(|s| s.contacts_until))
    .bind(times(|s| s.record_by))
    .bind(slots.iter().map(|s| s.state as i16).collect::<Vec<_>>())
    .bind(slots.iter().map(|s| i32::try_from(s.sequence).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .bind(times(|s| s.announced_at))
    .bind(times(|s| s.changed_at))
    .bind(texts(|s| &s.reason_fa))
    .bind(slots.iter().map(|s| s.arrived_at.map(wire)).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// At most `limit` slots in which nobody was recorded in time are missed now.
pub async fn miss(db: &mut PgConnection, now: Timestamp, limit: i64) -> anyhow::Result<Vec<Slot>> {
    let rows = sqlx::query(
        "UPDATE attendance_slot SET state = 5, changed_at = $1 WHERE slot_id IN (
             SELECT slot_id FROM attendance_slot WHERE state = 1 AND record_by < $1
             ORDER BY record_by LIMIT $2 FOR UPDATE SKIP LOCKED)
         RETURNING *",
    )
    .bind(wire(now))
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(slot).collect()
}

/// Which slots are listed: those that begin from `from` (a moment and an id) to `until`, of a province and a centre (empty:
/// all) in a state (0: any).
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    /// Where the list begins.
    pub from: (Timestamp, Uuid),
    /// Where it ends.
    pub until: Timestamp,
    /// Province code.
    pub province: &'a str,
    /// Centre code.
    pub centre: &'a str,
    /// `samad.intake.v1.SlotState`.
    pub state: i16,
}

/// At most `limit` slots, earliest first, each with the number of contacts taken in it.
pub async fn list(db: &PgPool, which: Listed<'_>, limit: i64) -> anyhow::Result<Vec<(Slot, i64)>> {
    let rows = sqlx::query(
        "SELECT s.*, (SELECT count(*) FROM contact_occasion o WHERE o.slot_id = s.slot_id) AS contacts
         FROM attendance_slot s
         WHERE (s.starts_at, s.slot_id) >= ($1, $2) AND s.starts_at < $3 AND ($4 = '' OR s.province = $4)
             AND ($5 = '' OR s.centre = $5) AND ($6 = 0 OR s.state = $6)
         ORDER BY s.starts_at, s.slot_id LIMIT $7",
    )
    .bind(wire(which.from.0))
    .bind(which.from.1)
    .bind(wire(which.until))
    .bind(which.province)
    .bind(which.centre)
    .bind(which.state)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((slot(row)?, row.try_get("contacts")?))).collect()
}

/// How many slots of a span are in which state, and the contacts taken in them.
#[derive(Debug, Clone, Copy, FromRow)]
pub struct Count {
    /// `samad.intake.v1.SlotState`.
    pub state: i16,
    /// Slots.
    pub slots: i64,
    /// Contacts taken in them.
    pub contacts: i64,
}

/// Counts the slots of a span by state.
pub async fn count(db: &PgPool, which: Listed<'_>) -> sqlx::Result<Vec<Count>> {
    sqlx::query_as(
        "SELECT s.state, count(DISTINCT s.slot_id) AS slots, count(o.contact_id) AS contacts
         FROM attendance_slot s LEFT JOIN contact_occasion o USING (slot_id)
         WHERE s.starts_at >= $1 AND s.starts_at < $2 AND ($3 = '' OR s.province = $3) AND ($4 = '' OR s.centre = $4)
         GROUP BY s.state",
    )
    .bind(wire(which.from.0))
    .bind(wire(which.until))
    .bind(which.province)
    .bind(which.centre)
    .fetch_all(db)
    .await
}

fn slot(row: &PgRow) -> anyhow::Result<Slot> {
    let at = |name: &str| -> sqlx::Result<Timestamp> {
        Ok(row.try_get::<jiff_sqlx::Timestamp, _>(name)?.to_jiff())
    };
    let state = match row.try_get::<i16, _>("state")? {
        1 => State::Announced,
        2 => State::Cancelled,
        3 => State::Uncovered,
        4 => State::Kept,
        5 => State::Missed,
        _ => return Err(Corrupt("state of a slot").into()),
    };
    Ok(Slot {
        slot_id: row.try_get("slot_id")?,
        planned: Planned {
            pattern: row.try_get("pattern")?,
            day: row.try_get::<jiff_sqlx::Date, _>("day")?.to_jiff(),
            official: Official {
                code: row.try_get("official")?,
                name_fa: row.try_get("name_fa")?,
                title_fa: row.try_get("title_fa")?,
            },
            province: row.try_get("province")?,
            centre: row.try_get("centre")?,
            starts_at: at("starts_at")?,
            ends_at: at("ends_at")?,
        },
        state,
        sequence: u32::try_from(row.try_get::<i32, _>("sequence")?)?,
        announced_at: at("announced_at")?,
        changed_at: at("changed_at")?,
        contacts_until: at("contacts_until")?,
        record_by: at("record_by")?,
        reason_fa: row.try_get("reason_fa")?,
        arrived_at: row
            .try_get::<Option<jiff_sqlx::Timestamp>, _>("arrived_at")?
            .map(jiff_sqlx::Timestamp::to_jiff),
    })
}
