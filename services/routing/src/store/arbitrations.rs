//! Cases with the provincial arbiter.

use contracts::{CaseId, ReferralId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool, Row as _};
use uuid::Uuid;

use super::{round_of, round_to};
use crate::domain::arbitration::{Arbitration, Asked, End};

/// What is asked, as every query reads it.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT arbitration_id, case_id, round, province, county, topic, reason, tried, asked_at, ended_at, agency, \
             referral_id, became_rule FROM arbitration ",
            $rest
        )
    };
}

fn asked(row: &PgRow) -> Result<Asked, sqlx::Error> {
    Ok(Asked {
        arbitration_id: row.try_get("arbitration_id")?,
        case_id: CaseId(row.try_get("case_id")?),
        round: round_of(row.try_get("round")?)?,
        province: row.try_get("province")?,
        county: row.try_get("county")?,
        topic: row.try_get("topic")?,
        reason: row.try_get("reason")?,
        tried: row.try_get("tried")?,
        asked_at: row.try_get::<jiff_sqlx::Timestamp, _>("asked_at")?.to_jiff(),
    })
}

fn arbitration(row: &PgRow) -> Result<Arbitration, sqlx::Error> {
    let ended: Option<jiff_sqlx::Timestamp> = row.try_get("ended_at")?;
    let end = match (ended, row.try_get("agency")?, row.try_get("referral_id")?, row.try_get("became_rule")?)
    {
        (None, ..) => None,
        (Some(_), Some(agency), Some(referral), Some(became_rule)) => {
            Some(End::Ruled { agency, referral_id: ReferralId(referral), became_rule })
        }
        (Some(_), ..) => Some(End::Withdrawn),
    };
    Ok(Arbitration { asked: asked(row)?, end })
}

/// Keeps what arbiters are asked.
pub async fn insert(connection: &mut PgConnection, new: &[Asked]) -> Result<(), sqlx::Error> {
    // An array of arrays has no UNNEST by rows: agencies' codes hold no comma.
    sqlx::query(
        "INSERT INTO arbitration (arbitration_id, case_id, round, province, county, topic, reason, tried, asked_at)
         SELECT id, case_id, round, province, county, topic, reason, string_to_array(tried, ','), asked_at
         FROM UNNEST($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::timestamptz[]) AS new (id, case_id, round, province, county, topic, reason, tried, asked_at)",
    )
    .bind(new.iter().map(|a| a.arbitration_id).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.case_id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|a| round_to(a.round)).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.province.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.county.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.topic.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.reason.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.tried.join(",")).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.asked_at.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// The case of an arbitration.
pub async fn case_of(connection: &mut PgConnection, id: Uuid) -> Result<Option<CaseId>, sqlx::Error> {
    let case: Option<Uuid> = sqlx::query_scalar("SELECT case_id FROM arbitration WHERE arbitration_id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?;
    Ok(case.map(CaseId))
}

/// An arbitration, which nobody else rules until the transaction ends.
pub async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<Option<Arbitration>, sqlx::Error> {
    let row = sqlx::query(select!("WHERE arbitration_id = $1 FOR UPDATE"))
        .bind(id)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(arbitration).transpose()
}

/// What the arbiter said.
#[derive(Debug)]
pub struct Said<'a> {
    /// Whose the case is.
    pub agency: &'a str,
    /// The referral that followed.
    pub referral_id: ReferralId,
    /// Why.
    pub reason: &'a str,
    /// Who.
    pub ruled_by: &'a str,
    /// Whether it is the rule from now on.
    pub became_rule: bool,
    /// When.
    pub at: Timestamp,
}

/// Keeps a ruling.
pub async fn rule(connection: &mut PgConnection, id: Uuid, said: &Said<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE arbitration SET ended_at = $2, agency = $3, referral_id = $4, ruling = $5, ruled_by = $6, became_rule = $7
         WHERE arbitration_id = $1",
    )
    .bind(id)
    .bind(said.at.to_sqlx())
    .bind(said.agency)
    .bind(said.referral_id.0)
    .bind(said.reason)
    .bind(said.ruled_by)
    .bind(said.became_rule)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends those of withdrawn cases; which they were.
pub async fn withdraw(
    connection: &mut PgConnection,
    cases: &[CaseId],
    at: Timestamp,
) -> Result<Vec<Asked>, sqlx::Error> {
    let rows = sqlx::query(
        "UPDATE arbitration SET ended_at = $2 WHERE case_id = ANY($1) AND ended_at IS NULL
         RETURNING arbitration_id, case_id, round, province, county, topic, reason, tried, asked_at",
    )
    .bind(cases.iter().map(|case| case.0).collect::<Vec<_>>())
    .bind(at.to_sqlx())
    .fetch_all(connection)
    .await?;
    rows.iter().map(asked).collect()
}

/// Arbitrations after a moment and id that wait, oldest first; of one province, or of all when it is empty.
pub async fn list_open(
    db: &PgPool,
    province: &str,
    after: (Timestamp, Uuid),
    limit: i64,
) -> Result<Vec<Asked>, sqlx::Error> {
    let rows = sqlx::query(select!(
        "WHERE ended_at IS NULL AND ($1 = '' OR province = $1) AND (asked_at, arbitration_id) > ($2, $3)
         ORDER BY asked_at, arbitration_id LIMIT $4"
    ))
    .bind(province)
    .bind(after.0.to_sqlx())
    .bind(after.1)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(asked).collect()
}
