//! Points that came off, and whether they were restored. Written under the tree's lock.

use jiff_sqlx::{Date, Timestamp, ToSqlx};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{Corrupt, breaches, signed, unsigned};
use crate::domain::points::{Deduction, Evidence, Restored};

/// As samad.audit.v1.RestoreReason counts.
fn number(reason: Restored) -> i16 {
    match reason {
        Restored::BreachWithdrawn => 1,
        Restored::RebuttalAccepted => 2,
    }
}

fn corrupt(what: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(Corrupt(what)))
}

fn small(row: &PgRow, column: &'static str) -> Result<u32, sqlx::Error> {
    u32::try_from(row.try_get::<i32, _>(column)?).map_err(|_| corrupt("deduction"))
}

pub(super) fn deduction(row: &PgRow) -> Result<Deduction, sqlx::Error> {
    let (breach_id, breach) = breaches::breach(row)?;
    let indexes: Vec<i64> = row.try_get("evidence_index")?;
    let ids: Vec<Uuid> = row.try_get("evidence_id")?;
    let facts: Vec<String> = row.try_get("evidence_fact")?;
    let line = |((index, fact_id), fact)| {
        Ok::<_, sqlx::Error>(Evidence { index: unsigned(index, "leaf index")?, fact_id, fact })
    };
    let reasons = [Restored::BreachWithdrawn, Restored::RebuttalAccepted];
    let reason = |value: i16| reasons.into_iter().find(|reason| number(*reason) == value);
    let restored = match (row.try_get::<Option<Timestamp>, _>("restored_at")?, row.try_get("restore_reason")?)
    {
        (Some(at), Some(value)) => {
            Some((at.to_jiff(), reason(value).ok_or_else(|| corrupt("restore reason"))?))
        }
        _ => None,
    };
    Ok(Deduction {
        breach_id,
        breach,
        manager: row.try_get("manager")?,
        points: small(row, "points")?,
        policy: row.try_get("policy")?,
        policy_version: small(row, "policy_version")?,
        breach_day: row.try_get::<Date, _>("breach_day")?.to_jiff(),
        evidence: indexes.into_iter().zip(ids).zip(facts).map(line).collect::<Result<_, _>>()?,
        deducted_at: row.try_get::<Timestamp, _>("deducted_at")?.to_jiff(),
        restored,
    })
}

/// The deductions of these referrals.
pub(super) async fn of_referrals(
    db: &mut PgConnection,
    referrals: &[Uuid],
) -> Result<Vec<Deduction>, sqlx::Error> {
    let rows =
        sqlx::query("SELECT * FROM deduction JOIN breach USING (breach_id) WHERE referral_id = ANY($1)")
            .bind(referrals)
            .fetch_all(db)
            .await?;
    rows.iter().map(deduction).collect()
}

/// One deduction.
pub async fn one(db: &mut PgConnection, breach_id: Uuid) -> Result<Option<Deduction>, sqlx::Error> {
    let row = sqlx::query("SELECT * FROM deduction JOIN breach USING (breach_id) WHERE breach_id = $1")
        .bind(breach_id)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(deduction).transpose()
}

/// Keeps new deductions.
pub async fn add(db: &mut PgConnection, deductions: &[Deduction]) -> Result<(), sqlx::Error> {
    // Arrays of different lengths do not fit into one array of arrays: the evidence goes as JSON and comes back apart.
    let evidence =
        |of: fn(&Evidence) -> serde_json::Value| -> Vec<sqlx::types::Json<Vec<serde_json::Value>>> {
            deductions.iter().map(|d| sqlx::types::Json(d.evidence.iter().map(of).collect())).collect()
        };
    sqlx::query(
        "INSERT INTO deduction (breach_id, manager, points, policy, policy_version, breach_day, deducted_at,
                                evidence_index, evidence_id, evidence_fact)
         SELECT breach_id, manager, points, policy, policy_version, breach_day, deducted_at,
                ARRAY(SELECT value::bigint FROM jsonb_array_elements_text(indexes) WITH ORDINALITY AS e (value, n) ORDER BY n),
                ARRAY(SELECT value::uuid FROM jsonb_array_elements_text(ids) WITH ORDINALITY AS e (value, n) ORDER BY n),
                ARRAY(SELECT value FROM jsonb_array_elements_text(facts) WITH ORDINALITY AS e (value, n) ORDER BY n)
         FROM UNNEST($1::uuid[], $2::text[], $3::int[], $4::text[], $5::int[], $6::date[], $7::timestamptz[],
                     $8::jsonb[], $9::jsonb[], $10::jsonb[])
              AS new (breach_id, manager, points, policy, policy_version, breach_day, deducted_at, indexes, ids, facts)",
    )
    .bind(deductions.iter().map(|d| d.breach_id).collect::<Vec<_>>())
    .bind(deductions.iter().map(|d| d.manager.as_str()).collect::<Vec<_>>())
    .bind(deductions.iter().map(|d| narrow(d.points)).collect::<Vec<_>>())
    .bind(deductions.iter().map(|d| d.policy.as_str()).collect::<Vec<_>>())
    .bind(deductions.iter().map(|d| narrow(d.policy_version)).collect::<Vec<_>>())
    .bind(deductions.iter().map(|d| d.breach_day.to_sqlx()).collect::<Vec<_>>())
    .bind(deductions.iter().map(|d| d.deducted_at.to_sqlx()).collect::<Vec<_>>())
    .bind(evidence(|line| signed(line.index).into()))
    .bind(evidence(|line| line.fact_id.to_string().into()))
    .bind(evidence(|line| line.fact.clone().into()))
    .execute(db)
    .await?;
    Ok(())
}

fn narrow(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// Keeps that these were restored.
pub async fn restore(db: &mut PgConnection, restored: &[Deduction]) -> Result<(), sqlx::Error> {
    let of = |d: &Deduction| d.restored.map(|(at, reason)| (d.breach_id, at.to_sqlx(), number(reason)));
    let rows: Vec<_> = restored.iter().filter_map(of).collect();
    sqlx::query(
        "UPDATE deduction SET restored_at = r.at, restore_reason = r.reason
         FROM UNNEST($1::uuid[], $2::timestamptz[], $3::smallint[]) AS r (id, at, reason)
         WHERE breach_id = r.id AND restored_at IS NULL",
    )
    .bind(rows.iter().map(|(id, ..)| *id).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, at, _)| *at).collect::<Vec<_>>())
    .bind(rows.iter().map(|(.., reason)| *reason).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}
