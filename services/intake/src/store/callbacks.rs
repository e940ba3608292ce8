//! Call-backs on drawn answers: what only they have of the work list's items.

use std::collections::BTreeMap;

use contracts::intake::FeedbackVerdict;
use contracts::{CaseId, ReferralId};
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection, Row};
use uuid::Uuid;

use crate::domain::callback::Outcome;
use crate::store::wire;

/// Where a case's citizen is reached.
pub struct Reach {
    /// The centre that took the contact.
    pub centre: String,
    /// The citizen, sealed; none without identity.
    pub sealed_citizen: Option<Vec<u8>>,
}

/// Where the citizens of these cases are reached, as far as there are such cases.
pub async fn reaches(db: &mut PgConnection, cases: &[CaseId]) -> sqlx::Result<BTreeMap<CaseId, Reach>> {
    let rows = sqlx::query(
        "SELECT f.case_id, c.centre, c.sealed_citizen FROM case_file f JOIN contact c USING (contact_id)
         WHERE f.case_id = ANY($1)",
    )
    .bind(cases.iter().map(|id| id.0).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    let reach = |row: &sqlx::postgres::PgRow| {
        let reach = Reach { centre: row.try_get("centre")?, sealed_citizen: row.try_get("sealed_citizen")? };
        Ok((CaseId(row.try_get("case_id")?), reach))
    };
    rows.iter().map(reach).collect()
}

/// An answer that was drawn.
pub struct Drawn {
    /// The answered referral: the item's id.
    pub referral_id: ReferralId,
    /// Its case.
    pub case_id: CaseId,
    /// Who answered.
    pub agency: String,
    /// Province code.
    pub province: String,
    /// Centre code.
    pub centre: String,
    /// When it was drawn.
    pub drawn_at: Timestamp,
    /// The citizen's number, sealed.
    pub sealed_caller: Vec<u8>,
}

/// Puts call-backs into the work list, each once.
pub async fn add(db: &mut PgConnection, drawn: &[Drawn]) -> sqlx::Result<()> {
    sqlx::query(
        "WITH drawn AS (
             SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bytea[])
                 AS drawn (item_id, case_id, agency, province, centre, drawn_at, sealed_caller)
         ), listed AS (
             INSERT INTO work_item (item_id, province, centre, reason, received_at, sealed_caller)
             SELECT item_id, province, centre, 0, drawn_at, sealed_caller FROM drawn ON CONFLICT DO NOTHING
         )
         INSERT INTO callback (item_id, case_id, agency) SELECT item_id, case_id, agency FROM drawn ON CONFLICT DO NOTHING",
    )
    .bind(drawn.iter().map(|d| d.referral_id.0).collect::<Vec<_>>())
    .bind(drawn.iter().map(|d| d.case_id.0).collect::<Vec<_>>())
    .bind(drawn.iter().map(|d| d.agency.as_str()).collect::<Vec<_>>())
    .bind(drawn.iter().map(|d| d.province.as_str()).collect::<Vec<_>>())
    .bind(drawn.iter().map(|d| d.centre.as_str()).collect::<Vec<_>>())
    .bind(drawn.iter().map(|d| wire(d.drawn_at)).collect::<Vec<_>>())
    .bind(drawn.iter().map(|d| d.sealed_caller.as_slice()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// What an operator sees of a call-back.
#[derive(Debug, FromRow)]
pub struct Shown {
    /// The case.
    pub case_id: Uuid,
    /// Its code.
    pub tracking_code: String,
    /// Who answered.
    pub agency: String,
    /// What; none while the fact that tells it is on its way.
    pub answer: Option<String>,
}

/// The call-back that an item is; none of a voicemail.
pub async fn shown(db: &mut PgConnection, item_id: Uuid) -> sqlx::Result<Option<Shown>> {
    sqlx::query_as(
        "SELECT b.case_id, f.tracking_code, b.agency, r.answer FROM callback b JOIN case_file f USING (case_id)
         LEFT JOIN referral_seen r ON r.referral_id = b.item_id WHERE b.item_id = $1",
    )
    .bind(item_id)
    .fetch_optional(db)
    .await
}

/// A call-back that was made.
#[derive(Debug, FromRow)]
pub struct Made {
    /// The case.
    pub case_id: Uuid,
    /// Who answered.
    pub agency: String,
    /// Of which answer of the case it was the citizen's word; 0: of none.
    pub answer: i32,
}

/// Keeps what came of the call-back that was finished.
pub async fn make(db: &mut PgConnection, item_id: Uuid, outcome: &Outcome) -> sqlx::Result<Made> {
    sqlx::query_as(
        "UPDATE callback SET reached = $2, verdict = $3, statement = $4 WHERE item_id = $1
         RETURNING case_id, agency, answer",
    )
    .bind(item_id)
    .bind(outcome.reached)
    .bind(number(outcome.verdict))
    .bind(outcome.statement.as_str())
    .fetch_one(db)
    .await
}

/// The call-back, when this operator finished it with this outcome before.
pub async fn made(
    db: &mut PgConnection,
    item_id: Uuid,
    operator: &str,
    outcome: &Outcome,
) -> sqlx::Result<Option<Made>> {
    sqlx::query_as(
        "SELECT b.case_id, b.agency, b.answer FROM callback b JOIN work_item w USING (item_id)
         WHERE item_id = $1 AND w.operator = $2 AND w.finished_at IS NOT NULL
             AND b.reached = $3 AND b.verdict = $4 AND b.statement = $5",
    )
    .bind(item_id)
    .bind(operator)
    .bind(outcome.reached)
    .bind(number(outcome.verdict))
    .bind(outcome.statement.as_str())
    .fetch_optional(db)
    .await
}

/// Notes of which answer of the case it was the citizen's word.
pub async fn counted(db: &mut PgConnection, item_id: Uuid, answer: u32) -> sqlx::Result<()> {
    sqlx::query("UPDATE callback SET answer = $2 WHERE item_id = $1")
        .bind(item_id)
        .bind(i32::try_from(answer).unwrap_or(i32::MAX))
        .execute(db)
        .await?;
    Ok(())
}

fn number(verdict: FeedbackVerdict) -> i16 {
    i16::try_from(i32::from(verdict)).unwrap_or_default()
}
