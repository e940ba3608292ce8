//! Deadline policies as far as they were heard.

use sqlx::{PgConnection, Row};

use crate::domain::policy::Policy;
use crate::store::{Corrupt, wire};

/// Keeps versions not kept yet: a version never changes.
pub async fn keep(db: &mut PgConnection, adopted: &[Policy]) -> sqlx::Result<()> {
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    sqlx::query(
        "INSERT INTO policy (policy, version, programme, length_days, honours_target, valid_from)
         SELECT * FROM UNNEST($1::text[], $2::integer[], $3::text[], $4::integer[], $5::boolean[], $6::timestamptz[])
         ON CONFLICT (policy, version) DO NOTHING",
    )
    .bind(adopted.iter().map(|p| p.policy.as_str()).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| number(p.version)).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| p.programme.as_str()).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| number(p.length_days)).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| p.honours_target).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| wire(p.valid_from)).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// The policies of these programmes and the general ones.
pub async fn of(db: &mut PgConnection, programmes: &[&str]) -> anyhow::Result<Vec<Policy>> {
    let rows = sqlx::query(
        "SELECT policy, version, programme, length_days, honours_target, valid_from FROM policy
         WHERE programme = '' OR programme = ANY($1)",
    )
    .bind(programmes)
    .fetch_all(db)
    .await?;
    let read = |row: &sqlx::postgres::PgRow| {
        let number = |name| -> anyhow::Result<u32> {
            u32::try_from(row.try_get::<i32, _>(name)?).map_err(|_| Corrupt("policy").into())
        };
        Ok(Policy {
            policy: row.try_get("policy")?,
            version: number("version")?,
            programme: row.try_get("programme")?,
            length_days: number("length_days")?,
            honours_target: row.try_get("honours_target")?,
            valid_from: row.try_get::<jiff_sqlx::Timestamp, _>("valid_from")?.to_jiff(),
        })
    };
    rows.iter().map(read).collect()
}
