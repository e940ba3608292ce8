//! Cases with their referrals, to fold facts into.

use std::collections::BTreeMap;

use contracts::intake::CaseState;
use contracts::{CaseId, ReferralId};
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::domain::case_file::{CaseFile, Closing};
use crate::domain::contact::CaseKey;
use crate::domain::referral::{Referral, ReferralState};
use crate::store::{Corrupt, wire};

/// What deadline said of one referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// How often it had moved when deadline said so: the highest counts.
    pub epoch: u32,
    /// Absent when the policy sets no date.
    pub due_at: Option<Timestamp>,
}

/// The id of a case by how it is named.
pub async fn find(db: &mut PgConnection, key: CaseKey) -> sqlx::Result<Option<CaseId>> {
    let found = match key {
        CaseKey::Id(id) => sqlx::query_scalar("SELECT case_id FROM case_file WHERE case_id = $1").bind(id.0),
        CaseKey::Code(code) => sqlx::query_scalar("SELECT case_id FROM case_file WHERE tracking_code = $1")
            .bind(code.to_string()),
    };
    Ok(found.fetch_optional(db).await?.map(CaseId))
}

/// The ids of cases by how they are named, as far as there are such.
pub async fn find_all(db: &mut PgConnection, keys: &[CaseKey]) -> anyhow::Result<Vec<(CaseKey, CaseId)>> {
    let ids = keys.iter().filter_map(|key| if let CaseKey::Id(id) = key { Some(id.0) } else { None });
    let codes = keys
        .iter()
        .filter_map(|key| if let CaseKey::Code(code) = key { Some(code.to_string()) } else { None });
    let rows = sqlx::query(
        "SELECT case_id, tracking_code FROM case_file WHERE case_id = ANY($1) OR tracking_code = ANY($2)",
    )
    .bind(ids.collect::<Vec<_>>())
    .bind(codes.collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let id = CaseId(row.try_get("case_id")?);
        found.push((CaseKey::Id(id), id));
        found.push((CaseKey::Code(row.try_get::<String, _>("tracking_code")?.parse()?), id));
    }
    Ok(found)
}

/// The cases with these ids, those that they lead, and the referrals of all, locked in the order of their ids until the
/// transaction ends.
pub async fn load(db: &mut PgConnection, ids: &[Uuid]) -> anyhow::Result<BTreeMap<CaseId, CaseFile>> {
    let rows = sqlx::query(
        "SELECT case_id, province, county, topic, registered_at, state, closed_at, answer, withdrawal_reason, reopenings,
             settled_round, feedback_until, confidential, about_manager, lead_case
         FROM case_file WHERE case_id = ANY($1) OR lead_case = ANY($1) ORDER BY case_id FOR NO KEY UPDATE",
    )
    .bind(ids)
    .fetch_all(&mut *db)
    .await?;
    let cases = rows.iter().map(|row| case_file(row).map(|case| (case.id, case)));
    let mut cases: BTreeMap<CaseId, CaseFile> = cases.collect::<anyhow::Result<_>>()?;
    let rows = sqlx::query(
        "SELECT referral_id, case_id, agency, name_fa, round, agencies, state, since, answer FROM referral_seen
         WHERE case_id = ANY($1)",
    )
    .bind(cases.keys().map(|id| id.0).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    for row in &rows {
        if let Some(case) = cases.get_mut(&CaseId(row.try_get("case_id")?)) {
            let referral = referral(row)?;
            case.referrals.insert(referral.id, referral);
        }
    }
    Ok(cases)
}

/// The referrals of a case that are answered, as far as heard.
pub async fn answered(db: &mut PgConnection, case: CaseId) -> sqlx::Result<Vec<ReferralId>> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT referral_id FROM referral_seen WHERE case_id = $1 AND state = 4 ORDER BY referral_id",
    )
    .bind(case.0)
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(ReferralId).collect())
}

/// Saves referrals as they are now known.
pub async fn save_referrals(db: &mut PgConnection, changed: &[(CaseId, &Referral)]) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO referral_seen (referral_id, case_id, agency, name_fa, round, state, since, answer, agencies)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::integer[], $6::smallint[], $7::timestamptz[], $8::text[],
             $9::integer[])
         ON CONFLICT (referral_id) DO UPDATE SET agency = EXCLUDED.agency, name_fa = EXCLUDED.name_fa,
             round = EXCLUDED.round, state = EXCLUDED.state, since = EXCLUDED.since, answer = EXCLUDED.answer,
             agencies = EXCLUDED.agencies",
    )
    .bind(changed.iter().map(|(_, r)| r.id.0).collect::<Vec<_>>())
    .bind(changed.iter().map(|(case, _)| case.0).collect::<Vec<_>>())
    .bind(changed.iter().map(|(_, r)| r.agency.as_str()).collect::<Vec<_>>())
    .bind(changed.iter().map(|(_, r)| r.name_fa.as_str()).collect::<Vec<_>>())
    .bind(changed.iter().map(|(_, r)| i32::try_from(r.round).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .bind(changed.iter().map(|(_, r)| r.state as i16).collect::<Vec<_>>())
    .bind(changed.iter().map(|(_, r)| r.since.map(wire)).collect::<Vec<_>>())
    .bind(changed.iter().map(|(_, r)| r.answer.as_str()).collect::<Vec<_>>())
    .bind(changed.iter().map(|(_, r)| i32::try_from(r.agencies).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Saves how far cases are, and keeps them among the open ones, or those whose citizen is asked, as long as they are.
pub async fn save(db: &mut PgConnection, moved: &[&CaseFile]) -> sqlx::Result<()> {
    sqlx::query(
        "WITH saved AS (
             UPDATE case_file f SET state = new.state, closed_at = new.closed_at, answer = new.answer,
                 withdrawal_reason = new.withdrawal_reason, reopenings = new.reopenings, settled_round = new.settled_round,
                 feedback_until = new.feedback_until, lead_case = new.lead_case
             FROM UNNEST($1::uuid[], $2::smallint[], $3::timestamptz[], $4::text[], $5::text[], $6::integer[], $7::integer[],
                 $8::timestamptz[], $9::uuid[])
                 AS new (case_id, state, closed_at, answer, withdrawal_reason, reopenings, settled_round, feedback_until, lead_case)
             WHERE f.case_id = new.case_id
             RETURNING f.case_id, f.registered_at, f.citizen_hash, f.caller_hash, f.matter_a, f.matter_b, f.closed_at,
                 f.feedback_until),
         opened AS (
             INSERT INTO open_case
             SELECT case_id, registered_at, citizen_hash, caller_hash, matter_a, matter_b FROM saved WHERE closed_at IS NULL
             ON CONFLICT (case_id) DO NOTHING),
         closed AS (DELETE FROM open_case o USING saved s WHERE o.case_id = s.case_id AND s.closed_at IS NOT NULL),
         told AS (DELETE FROM awaited_case a USING saved s WHERE a.case_id = s.case_id AND s.feedback_until IS NULL)
         INSERT INTO awaited_case
         SELECT case_id, feedback_until, citizen_hash, caller_hash FROM saved WHERE feedback_until IS NOT NULL
         ON CONFLICT (case_id) DO UPDATE SET feedback_until = EXCLUDED.feedback_until",
    )
    .bind(moved.iter().map(|c| c.id.0).collect::<Vec<_>>())
    .bind(moved.iter().map(|c| i16::try_from(i32::from(c.state)).unwrap_or_default()).collect::<Vec<_>>())
    .bind(moved.iter().map(|c| c.closing.as_ref().map(|closing| wire(closing.at))).collect::<Vec<_>>())
    .bind(moved.iter().map(|c| c.closing.as_ref().map_or("", |closing| closing.answer.as_str())).collect::<Vec<_>>())
    .bind(moved.iter().map(|c| c.closing.as_ref().map_or("", |closing| closing.withdrawal_reason.as_str())).collect::<Vec<_>>())
    .bind(moved.iter().map(|c| i32::try_from(c.reopenings).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .bind(moved.iter().map(|c| i32::try_from(c.settled_round).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .bind(moved.iter().map(|c| c.feedback_until.map(wire)).collect::<Vec<_>>())
    .bind(moved.iter().map(|c| c.lead.map(|id| id.0)).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Saves what deadline said, unless it said something later already.
pub async fn save_dues(db: &mut PgConnection, dues: &BTreeMap<ReferralId, Due>) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO referral_due (referral_id, due_at, epoch) SELECT * FROM UNNEST($1::uuid[], $2::timestamptz[], $3::integer[])
         ON CONFLICT (referral_id) DO UPDATE SET due_at = EXCLUDED.due_at, epoch = EXCLUDED.epoch
         WHERE referral_due.epoch < EXCLUDED.epoch",
    )
    .bind(dues.keys().map(|id| id.0).collect::<Vec<_>>())
    .bind(dues.values().map(|due| due.due_at.map(wire)).collect::<Vec<_>>())
    .bind(dues.values().map(|due| i32::try_from(due.epoch).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

fn case_file(row: &PgRow) -> anyhow::Result<CaseFile> {
    let state = CaseState::try_from(i32::from(row.try_get::<i16, _>("state")?))
        .map_err(|_| Corrupt("state of a case"))?;
    let closed_at: Option<jiff_sqlx::Timestamp> = row.try_get("closed_at")?;
    let (answer, withdrawal_reason) = (row.try_get("answer")?, row.try_get("withdrawal_reason")?);
    let count = |name: &str| -> anyhow::Result<u32> {
        u32::try_from(row.try_get::<i32, _>(name)?).map_err(|_| Corrupt("reopening of a case").into())
    };
    let feedback_until: Option<jiff_sqlx::Timestamp> = row.try_get("feedback_until")?;
    Ok(CaseFile {
        id: CaseId(row.try_get("case_id")?),
        province: row.try_get("province")?,
        county: row.try_get("county")?,
        topic: row.try_get("topic")?,
        registered_at: row.try_get::<jiff_sqlx::Timestamp, _>("registered_at")?.to_jiff(),
        confidential: row.try_get("confidential")?,
        about_manager: row.try_get("about_manager")?,
        state,
        closing: closed_at.map(|at| Closing { at: at.to_jiff(), answer, withdrawal_reason }),
        reopenings: count("reopenings")?,
        settled_round: count("settled_round")?,
        lead: row.try_get::<Option<Uuid>, _>("lead_case")?.map(CaseId),
        feedback_until: feedback_until.map(jiff_sqlx::Timestamp::to_jiff),
        referrals: BTreeMap::new(),
    })
}

pub(super) fn referral_state(row: &PgRow) -> anyhow::Result<ReferralState> {
    Ok(match row.try_get::<i16, _>("state")? {
        1 => ReferralState::Issued,
        2 => ReferralState::Accepted,
        3 => ReferralState::Returned,
        4 => ReferralState::Answered,
        _ => return Err(Corrupt("state of a referral").into()),
    })
}

fn referral(row: &PgRow) -> anyhow::Result<Referral> {
    let state = referral_state(row)?;
    let count = |name: &str| -> anyhow::Result<u32> {
        u32::try_from(row.try_get::<i32, _>(name)?).map_err(|_| Corrupt("round of a referral").into())
    };
    Ok(Referral {
        id: ReferralId(row.try_get("referral_id")?),
        agency: row.try_get("agency")?,
        name_fa: row.try_get("name_fa")?,
        round: count("round")?,
        agencies: count("agencies")?,
        state,
        since: row.try_get::<Option<jiff_sqlx::Timestamp>, _>("since")?.map(jiff_sqlx::Timestamp::to_jiff),
        answer: row.try_get("answer")?,
    })
}
