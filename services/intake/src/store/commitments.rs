//! What was ordered at meetings.

use std::collections::BTreeSet;

use contracts::ContactId;
use contracts::intake::CommitmentOutcome;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::domain::meeting::commitment::{Commitment, Settled};
use crate::store::{Corrupt, wire};

/// Adds commitments whose keys are new in their meeting; which were added.
pub async fn add(db: &mut PgConnection, meeting: &str, new: &[Commitment]) -> sqlx::Result<BTreeSet<Uuid>> {
    let texts = |field: fn(&Commitment) -> &str| new.iter().map(field).collect::<Vec<&str>>();
    let rows = sqlx::query(
        "INSERT INTO commitment (commitment_id, meeting, key, contact_id, agency, person, text, due_day, made_at)
         SELECT id, $2, key, contact_id, agency, person, text, due_day, made_at
         FROM UNNEST($1::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::date[], $9::timestamptz[])
             AS new (id, key, contact_id, agency, person, text, due_day, made_at)
         ON CONFLICT (meeting, key) DO NOTHING RETURNING commitment_id",
    )
    .bind(new.iter().map(|c| c.id).collect::<Vec<_>>())
    .bind(meeting)
    .bind(texts(|c| &c.key))
    .bind(new.iter().map(|c| c.contact_id.map(|id| id.0)).collect::<Vec<_>>())
    .bind(texts(|c| &c.agency))
    .bind(texts(|c| &c.person))
    .bind(texts(|c| &c.text))
    .bind(new.iter().map(|c| c.due_day.map(ToSqlx::to_sqlx)).collect::<Vec<_>>())
    .bind(new.iter().map(|c| wire(c.made_at)).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| row.try_get("commitment_id")).collect()
}

/// Everything that was ordered at a meeting, by due day.
pub async fn of_meeting(db: &mut PgConnection, meeting: &str) -> anyhow::Result<Vec<Commitment>> {
    let rows = sqlx::query("SELECT * FROM commitment WHERE meeting = $1 ORDER BY due_day, made_at, key")
        .bind(meeting)
        .fetch_all(db)
        .await?;
    rows.iter().map(commitment).collect()
}

/// One commitment and its meeting, locked until the transaction ends.
pub async fn locked(db: &mut PgConnection, id: Uuid) -> anyhow::Result<Option<(String, Commitment)>> {
    let row = sqlx::query("SELECT * FROM commitment WHERE commitment_id = $1 FOR UPDATE")
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.map(|row| Ok((row.try_get("meeting")?, commitment(&row)?))).transpose()
}

/// Keeps how a commitment ended.
pub async fn settle(db: &mut PgConnection, id: Uuid, settled: &Settled) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE commitment SET outcome = $2, outcome_text = $3, settled_at = $4 WHERE commitment_id = $1",
    )
    .bind(id)
    .bind(settled.outcome as i16)
    .bind(&settled.text)
    .bind(wire(settled.at))
    .execute(db)
    .await?;
    Ok(())
}

fn commitment(row: &PgRow) -> anyhow::Result<Commitment> {
    let settled_at: Option<jiff_sqlx::Timestamp> = row.try_get("settled_at")?;
    let outcome = i32::from(row.try_get::<i16, _>("outcome")?);
    let settled = match settled_at {
        None => None,
        Some(at) => Some(Settled {
            outcome: CommitmentOutcome::try_from(outcome).map_err(|_| Corrupt("outcome of a commitment"))?,
            text: row.try_get("outcome_text")?,
            at: at.to_jiff(),
        }),
    };
    Ok(Commitment {
        id: row.try_get("commitment_id")?,
        key: row.try_get("key")?,
        contact_id: row.try_get::<Option<Uuid>, _>("contact_id")?.map(ContactId),
        agency: row.try_get("agency")?,
        person: row.try_get("person")?,
        text: row.try_get("text")?,
        due_day: row.try_get::<Option<jiff_sqlx::Date>, _>("due_day")?.map(jiff_sqlx::Date::to_jiff),
        made_at: row.try_get::<jiff_sqlx::Timestamp, _>("made_at")?.to_jiff(),
        settled,
    })
}
