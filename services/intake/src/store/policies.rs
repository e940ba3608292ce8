//! Deadline policies as far as they were heard.

use sqlx::{PgConnection, Row};

use crate::domain::policy::Policy;
use crate::store::{Corrupt, wire};

/// Keeps versions not kept yet. A version never changes; that it ends was not always told with it.
pub async fn keep(db: &mut PgConnection, adopted: &[Policy]) -> sqlx::Result<()> {
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    sqlx::query(
        "INSERT INTO policy (policy, version, programme, length_days, honours_target, valid_from, valid_until,
             needs_calendar)
         SELECT * FROM UNNEST($1::text[], $2::integer[], $3::text[], $4::integer[], $5::boolean[], $6::timestamptz[],
             $7::timestamptz[], $8::boolean[])
         ON CONFLICT (policy, version) DO UPDATE SET valid_until = EXCLUDED.valid_until, needs_calendar = EXCLUDED.needs_calendar
         WHERE policy.valid_until IS DISTINCT FROM EXCLUDED.valid_until OR policy.needs_calendar <> EXCLUDED.needs_calendar",
    )
    .bind(adopted.iter().map(|p| p.policy.as_str()).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| number(p.version)).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| p.programme.as_str()).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| number(p.length_days)).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| p.honours_target).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| wire(p.valid_from)).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| p.valid_until.map(wire)).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| p.needs_calendar).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Every policy heard of: as many as programmes have versions.
pub async fn all(db: &mut PgConnection) -> anyhow::Result<Vec<Policy>> {
    let rows = sqlx::query(
        "SELECT policy, version, programme, length_days, honours_target, needs_calendar, valid_from, valid_until FROM policy",
    )
    .fetch_all(db)
    .await?;
    let read = |row: &sqlx::postgres::PgRow| {
        let number = |name| -> anyhow::Result<u32> {
            u32::try_from(row.try_get::<i32, _>(name)?).map_err(|_| Corrupt("policy").into())
        };
        let valid_until: Option<jiff_sqlx::Timestamp> = row.try_get("valid_until")?;
        Ok(Policy {
            policy: row.try_get("policy")?,
            version: number("version")?,
            programme: row.try_get("programme")?,
            length_days: number("length_days")?,
            honours_target: row.try_get("honours_target")?,
            needs_calendar: row.try_get("needs_calendar")?,
            valid_from: row.try_get::<jiff_sqlx::Timestamp, _>("valid_from")?.to_jiff(),
            valid_until: valid_until.map(jiff_sqlx::Timestamp::to_jiff),
        })
    };
    rows.iter().map(read).collect()
}
