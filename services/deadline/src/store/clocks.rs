//! Clocks at rest.

use std::collections::HashSet;

use anyhow::{Context as _, Result};
use contracts::{CaseId, ReferralId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{PgConnection, Postgres, Row as _};
use uuid::Uuid;

use super::{signed, sql, unsigned};
use crate::domain::clock::{Clock, End, Issue, Kept};
use crate::domain::policy::Policy;
use crate::domain::tehran::Tehran;

/// The clocks of these referrals, locked in the order of their keys.
pub async fn load(db: &mut PgConnection, referrals: &[ReferralId], policies: &[Policy]) -> Result<Vec<Kept>> {
    let ids: Vec<Uuid> = referrals.iter().map(|id| id.0).collect();
    let rows = sqlx::query("SELECT * FROM clock WHERE referral_id = ANY($1) ORDER BY referral_id FOR UPDATE")
        .bind(ids)
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| kept(row, policies)).collect()
}

/// One clock, unlocked.
pub async fn get(db: &mut PgConnection, referral: ReferralId, policies: &[Policy]) -> Result<Option<Kept>> {
    let row =
        sqlx::query("SELECT * FROM clock WHERE referral_id = $1").bind(referral.0).fetch_optional(db).await?;
    row.map(|row| kept(&row, policies)).transpose()
}

/// The next `limit` clocks of which something fell due from `low` (none: ever) to `until`; locked, and those that
/// another replica holds left to it.
pub async fn due(
    db: &mut PgConnection,
    low: Option<Timestamp>,
    until: Timestamp,
    limit: i64,
    policies: &[Policy],
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
    rows.iter().map(|row| kept(row, policies)).collect()
}

/// Keeps clocks that were not known; those that another transaction kept meanwhile are left as they are. Which were kept.
pub async fn add(db: &mut PgConnection, clocks: &[Kept], tehran: &Tehran) -> Result<HashSet<ReferralId>> {
    let added = bind(
        "INSERT INTO clock (referral_id, case_id, agency, province, programme, policy, policy_version, starts_at, target_at,
                            due_at, reminded_days, breached_at, ended_at, returned, next_at)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[],
                              $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::integer[],
                              $12::timestamptz[], $13::timestamptz[], $14::boolean[], $15::timestamptz[])
         ON CONFLICT (referral_id) DO NOTHING RETURNING referral_id",
        clocks,
        tehran,
    );
    let rows = added.fetch_all(db).await?;
    rows.iter().map(|row| Ok(ReferralId(row.try_get("referral_id")?))).collect()
}

/// Writes back clocks that [`load`] or [`due`] locked.
pub async fn save(db: &mut PgConnection, clocks: &[Kept], tehran: &Tehran) -> Result<()> {
    let saved = bind(
        "UPDATE clock SET case_id = n.case_id, agency = n.agency, province = n.province, programme = n.programme,
             policy = n.policy, policy_version = n.policy_version, starts_at = n.starts_at, target_at = n.target_at,
             due_at = n.due_at, reminded_days = n.reminded_days, breached_at = n.breached_at, ended_at = n.ended_at,
             returned = n.returned, next_at = n.next_at
         FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[],
                     $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::integer[],
                     $12::timestamptz[], $13::timestamptz[], $14::boolean[], $15::timestamptz[])
              AS n (referral_id, case_id, agency, province, programme, policy, policy_version, starts_at, target_at,
                    due_at, reminded_days, breached_at, ended_at, returned, next_at)
         WHERE clock.referral_id = n.referral_id",
        clocks,
        tehran,
    );
    saved.execute(db).await?;
    Ok(())
}

fn bind<'q>(
    statement: &'static str,
    clocks: &'q [Kept],
    tehran: &Tehran,
) -> Query<'q, Postgres, PgArguments> {
    let issues = || clocks.iter().map(|kept| kept.clock.issue.as_ref());
    let policies = || issues().map(|issue| issue.and_then(|i| i.policy.as_ref()));
    let ends = || clocks.iter().map(|kept| kept.clock.end);
    sqlx::query(statement)
        .bind(clocks.iter().map(|kept| kept.referral_id.0).collect::<Vec<_>>())
        .bind(issues().map(|i| i.map(|i| i.case_id.0)).collect::<Vec<_>>())
        .bind(issues().map(|i| i.map(|i| i.agency.as_str())).collect::<Vec<_>>())
        .bind(issues().map(|i| i.map(|i| i.province.as_str())).collect::<Vec<_>>())
        .bind(issues().map(|i| i.map(|i| i.programme.as_str())).collect::<Vec<_>>())
        .bind(policies().map(|p| p.map(|p| p.name.as_str())).collect::<Vec<_>>())
        .bind(policies().map(|p| p.map(|p| signed(p.version))).collect::<Vec<_>>())
        .bind(issues().map(|i| sql(i.map(|i| i.starts_at))).collect::<Vec<_>>())
        .bind(issues().map(|i| sql(i.and_then(|i| i.target_at))).collect::<Vec<_>>())
        .bind(issues().map(|i| sql(i.and_then(|i| i.due_at))).collect::<Vec<_>>())
        .bind(clocks.iter().map(|kept| kept.clock.reminded_days.map(signed)).collect::<Vec<_>>())
        .bind(clocks.iter().map(|kept| sql(kept.clock.breached_at)).collect::<Vec<_>>())
        .bind(ends().map(|end| sql(end.map(|e| e.at))).collect::<Vec<_>>())
        .bind(ends().map(|end| end.is_some_and(|e| e.returned)).collect::<Vec<_>>())
        .bind(clocks.iter().map(|kept| sql(kept.clock.next_at(tehran))).collect::<Vec<_>>())
}

/// An open clock past its due moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// Whose clock.
    pub referral_id: ReferralId,
    /// The case it belongs to.
    pub case_id: CaseId,
    /// Who should have acted.
    pub agency: String,
    /// Where.
    pub province: String,
    /// Since when it is overdue.
    pub due_at: Timestamp,
}

/// Breached and open clocks after the key `after`, longest overdue first; of one province unless it is empty.
pub async fn overdue(
    db: &mut PgConnection,
    province: &str,
    after: (Timestamp, ReferralId),
    limit: i64,
) -> Result<Vec<Overdue>> {
    const COUNTRY: &str = "SELECT referral_id, case_id, agency, province, due_at FROM clock
         WHERE breached_at IS NOT NULL AND ended_at IS NULL AND (due_at, referral_id) > ($1, $2)
         ORDER BY due_at, referral_id LIMIT $3";
    const PROVINCE: &str = "SELECT referral_id, case_id, agency, province, due_at FROM clock
         WHERE breached_at IS NOT NULL AND ended_at IS NULL AND (due_at, referral_id) > ($1, $2) AND province = $4
         ORDER BY due_at, referral_id LIMIT $3";
    let query = if province.is_empty() { sqlx::query(COUNTRY) } else { sqlx::query(PROVINCE) };
    let query = query.bind(after.0.to_sqlx()).bind(after.1.0).bind(limit);
    let rows = if province.is_empty() {
        query.fetch_all(db).await?
    } else {
        query.bind(province).fetch_all(db).await?
    };
    let overdue = |row: &PgRow| {
        Ok(Overdue {
            referral_id: ReferralId(row.try_get("referral_id")?),
            case_id: CaseId(row.try_get("case_id")?),
            agency: row.try_get("agency")?,
            province: row.try_get("province")?,
            due_at: row.try_get::<jiff_sqlx::Timestamp, _>("due_at")?.to_jiff(),
        })
    };
    rows.iter().map(overdue).collect()
}

fn kept(row: &PgRow, policies: &[Policy]) -> Result<Kept> {
    let moment = |column: &str| -> Result<Option<Timestamp>> {
        Ok(row.try_get::<Option<jiff_sqlx::Timestamp>, _>(column)?.map(jiff_sqlx::Timestamp::to_jiff))
    };
    let issue = match moment("starts_at")? {
        None => None,
        Some(starts_at) => Some(Issue {
            case_id: CaseId(row.try_get("case_id")?),
            agency: row.try_get("agency")?,
            province: row.try_get("province")?,
            programme: row.try_get("programme")?,
            policy: policy(row, policies)?,
            starts_at,
            target_at: moment("target_at")?,
            due_at: moment("due_at")?,
        }),
    };
    let returned: bool = row.try_get("returned")?;
    let clock = Clock {
        issue,
        end: moment("ended_at")?.map(|at| End { at, returned }),
        reminded_days: row.try_get::<Option<i32>, _>("reminded_days")?.map(unsigned).transpose()?,
        breached_at: moment("breached_at")?,
    };
    Ok(Kept { referral_id: ReferralId(row.try_get("referral_id")?), clock })
}

fn policy(row: &PgRow, policies: &[Policy]) -> Result<Option<Policy>> {
    let Some(name) = row.try_get::<Option<String>, _>("policy")? else { return Ok(None) };
    let version = unsigned(row.try_get("policy_version")?)?;
    let found = policies.iter().find(|p| p.name == name && p.version == version).cloned();
    found.map(Some).context("a clock refers to a policy that was adopted after the policies were read")
}
