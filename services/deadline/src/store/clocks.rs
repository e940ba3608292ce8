//! Clocks at rest.

use std::collections::HashSet;

use anyhow::Result;
use contracts::ReferralId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::clock_row::{bind, kept};
use super::{number, signed, sql};
use crate::domain::clock::Kept;
use crate::domain::rules::Rules;

/// The clocks of these referrals, locked in the order of their keys.
pub async fn load(db: &mut PgConnection, referrals: &[ReferralId], rules: &Rules) -> Result<Vec<Kept>> {
    let ids: Vec<Uuid> = referrals.iter().map(|id| id.0).collect();
    let rows = sqlx::query("SELECT * FROM clock WHERE referral_id = ANY($1) ORDER BY referral_id FOR UPDATE")
        .bind(ids)
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| kept(row, rules)).collect()
}

/// One clock, unlocked.
pub async fn get(db: &mut PgConnection, referral: ReferralId, rules: &Rules) -> Result<Option<Kept>> {
    let row =
        sqlx::query("SELECT * FROM clock WHERE referral_id = $1").bind(referral.0).fetch_optional(db).await?;
    row.map(|row| kept(&row, rules)).transpose()
}

/// The next `limit` clocks of which something fell due from `low` (none: ever) to `until`; locked, and those that
/// another replica holds left to it.
pub async fn due(
    db: &mut PgConnection,
    low: Option<Timestamp>,
    until: Timestamp,
    limit: i64,
    rules: &Rules,
) -> Result<Vec<Kept>> {
    let rows = sqlx::query(
        "SELECT * FROM clock WHERE next_at >= coalesce($1, '-infinity') AND next_at <= $2
         ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED",
    )
    .bind(sql(low))
    .bind(until.to_sqlx())
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| kept(row, rules)).collect()
}

/// Keeps clocks that were not known; those that another transaction kept meanwhile are left as they are. Which were kept.
pub async fn add(db: &mut PgConnection, clocks: &[Kept], rules: &Rules) -> Result<HashSet<ReferralId>> {
    let added = bind(
        "INSERT INTO clock (referral_id, case_id, agency, province, programme, policy, policy_version, starts_at, target_at,
                            due_at, rules_version, adjustments, reminded_days, breached_at, escalated, ended_at, ended_how,
                            next_at, epoch)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[],
                              $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::bigint[],
                              $12::text[]::jsonb[], $13::integer[], $14::timestamptz[], $15::integer[],
                              $16::timestamptz[], $17::smallint[], $18::timestamptz[], $19::integer[])
         ON CONFLICT (referral_id) DO NOTHING RETURNING referral_id",
        clocks,
        rules,
    )?;
    let rows = added.fetch_all(db).await?;
    rows.iter().map(|row| Ok(ReferralId(row.try_get("referral_id")?))).collect()
}

/// Writes back clocks that [`load`] locked.
pub async fn save(db: &mut PgConnection, clocks: &[Kept], rules: &Rules) -> Result<()> {
    let saved = bind(
        "UPDATE clock SET case_id = n.case_id, agency = n.agency, province = n.province, programme = n.programme,
             policy = n.policy, policy_version = n.policy_version, starts_at = n.starts_at, target_at = n.target_at,
             due_at = n.due_at, rules_version = n.rules_version, adjustments = n.adjustments,
             reminded_days = n.reminded_days, breached_at = n.breached_at, escalated = n.escalated, ended_at = n.ended_at,
             ended_how = n.ended_how, next_at = n.next_at, epoch = n.epoch
         FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[],
                     $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::bigint[], $12::text[]::jsonb[],
                     $13::integer[], $14::timestamptz[], $15::integer[], $16::timestamptz[], $17::smallint[],
                     $18::timestamptz[], $19::integer[])
              AS n (referral_id, case_id, agency, province, programme, policy, policy_version, starts_at, target_at,
                    due_at, rules_version, adjustments, reminded_days, breached_at, escalated, ended_at, ended_how, next_at,
                    epoch)
         WHERE clock.referral_id = n.referral_id",
        clocks,
        rules,
    )?;
    saved.execute(db).await?;
    Ok(())
}

/// Writes back what time or new rules did to clocks that [`load`] or [`due`] locked: neither their beginning nor their
/// end.
pub async fn save_run(db: &mut PgConnection, clocks: &[Kept], rules: &Rules) -> Result<()> {
    let issues = || clocks.iter().map(|kept| kept.clock.issue.as_ref());
    sqlx::query(
        "UPDATE clock SET due_at = n.due_at, rules_version = n.rules_version, reminded_days = n.reminded_days,
             breached_at = n.breached_at, escalated = n.escalated, next_at = n.next_at, epoch = n.epoch
         FROM UNNEST($1::uuid[], $2::timestamptz[], $3::bigint[], $4::integer[], $5::timestamptz[], $6::integer[],
                     $7::timestamptz[], $8::integer[])
              AS n (referral_id, due_at, rules_version, reminded_days, breached_at, escalated, next_at, epoch)
         WHERE clock.referral_id = n.referral_id",
    )
    .bind(clocks.iter().map(|kept| kept.referral_id.0).collect::<Vec<_>>())
    .bind(issues().map(|i| sql(i.and_then(|i| i.due_at))).collect::<Vec<_>>())
    .bind(issues().map(|i| i.map_or(0, |i| number(i.rules_version))).collect::<Vec<_>>())
    .bind(clocks.iter().map(|kept| kept.clock.reminded_days.map(signed)).collect::<Vec<_>>())
    .bind(clocks.iter().map(|kept| sql(kept.clock.breached_at)).collect::<Vec<_>>())
    .bind(clocks.iter().map(|kept| signed(kept.clock.escalated)).collect::<Vec<_>>())
    .bind(clocks.iter().map(|kept| sql(kept.clock.next_at(rules))).collect::<Vec<_>>())
    .bind(issues().map(|i| i.map_or(0, |i| signed(i.epoch))).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}
