//! Deadline policies as far as they were heard.

use sqlx::{PgConnection, Row};

use crate::domain::policy::Policy;
use crate::store::{Corrupt, wire};

/// Keeps versions not kept yet. A version never changes; how it counts days and that it ends was not always kept with it.
pub async fn keep(db: &mut PgConnection, adopted: &[Policy]) -> sqlx::Result<()> {
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    sqlx::query(
        "INSERT INTO policy (policy, version, programme, length_days, honours_target, valid_from, valid_until,
             working_days, ignores_closures, ends_on_working_day)
         SELECT * FROM UNNEST($1::text[], $2::integer[], $3::text[], $4::integer[], $5::boolean[], $6::timestamptz[],
             $7::timestamptz[], $8::boolean[], $9::boolean[], $10::boolean[])
         ON CONFLICT (policy, version) DO UPDATE SET valid_until = EXCLUDED.valid_until, length_days = EXCLUDED.length_days,
             working_days = EXCLUDED.working_days, ignores_closures = EXCLUDED.ignores_closures,
             ends_on_working_day = EXCLUDED.ends_on_working_day
         WHERE (policy.valid_until, policy.length_days, policy.working_days, policy.ignores_closures, policy.ends_on_working_day)
             IS DISTINCT FROM (EXCLUDED.valid_until, EXCLUDED.length_days, EXCLUDED.working_days, EXCLUDED.ignores_closures,
                 EXCLUDED.ends_on_working_day)",
    )
    .bind(adopted.iter().map(|p| p.policy.as_str()).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| number(p.version)).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| p.programme.as_str()).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| number(p.length_days)).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| p.honours_target).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| wire(p.valid_from)).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| p.valid_until.map(wire)).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| p.working_days).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| p.ignores_closures).collect::<Vec<_>>())
    .bind(adopted.iter().map(|p| p.ends_on_working_day).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Every policy heard of: as many as programmes have versions.
pub async fn all(db: &mut PgConnection) -> anyhow::Result<Vec<Policy>> {
    let rows = sqlx::query(
        "SELECT policy, version, programme, length_days, honours_target, working_days, ignores_closures, ends_on_working_day,
             valid_from, valid_until
         FROM policy",
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
            working_days: row.try_get("working_days")?,
            ignores_closures: row.try_get("ignores_closures")?,
            ends_on_working_day: row.try_get("ends_on_working_day")?,
            valid_from: row.try_get::<jiff_sqlx::Timestamp, _>("valid_from")?.to_jiff(),
            valid_until: valid_until.map(jiff_sqlx::Timestamp::to_jiff),
        })
    };
    rows.iter().map(read).collect()
}
