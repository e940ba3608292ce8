//! Answers that wait, or waited, for a reviewer.

use contracts::{ActionId, CaseId, ReferralId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool, Row as _};
use uuid::Uuid;

use super::corrupt;
use crate::domain::gate::Hold;
use crate::domain::held::{Answer, Held, Review};
use crate::domain::referral::State;

/// A held answer with its words, as every query reads it.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT h.referral_id, h.action_id, h.case_id, h.agency, h.province, h.reasons, h.held_at, h.reviewed_at, h.passed, \
             a.outcome, a.text, a.legal_reason, a.acted_at
             FROM held_answer h JOIN action a USING (referral_id, action_id, agency) ",
            $rest
        )
    };
}

fn held(row: &PgRow) -> Result<(Held, Answer), sqlx::Error> {
    let holds: Vec<i16> = row.try_get("reasons")?;
    let hold = |number| Hold::from_number(number).ok_or_else(|| corrupt("reason of a held answer"));
    let held = Held {
        referral_id: ReferralId(row.try_get("referral_id")?),
        action_id: ActionId(row.try_get("action_id")?),
        case_id: CaseId(row.try_get("case_id")?),
        agency: row.try_get("agency")?,
        province: row.try_get("province")?,
        holds: holds.into_iter().map(hold).collect::<Result<_, _>>()?,
        held_at: row.try_get::<jiff_sqlx::Timestamp, _>("held_at")?.to_jiff(),
    };
    let answer = Answer {
        outcome: i32::from(row.try_get::<i16, _>("outcome")?),
        text: row.try_get("text")?,
        legal_reason: row.try_get("legal_reason")?,
        acted_at: row
            .try_get::<Option<jiff_sqlx::Timestamp>, _>("acted_at")?
            .map(jiff_sqlx::Timestamp::to_jiff),
    };
    Ok((held, answer))
}

/// Keeps answers that are held.
pub async fn insert(connection: &mut PgConnection, new: &[Held]) -> Result<(), sqlx::Error> {
    let holds =
        |held: &Held| held.holds.iter().map(|hold| (*hold as i16).to_string()).collect::<Vec<_>>().join(",");
    sqlx::query(
        "INSERT INTO held_answer (referral_id, action_id, case_id, agency, province, reasons, held_at)
         SELECT referral_id, action_id, case_id, agency, province, string_to_array(reasons, ',')::smallint[], held_at
         FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
              AS new (referral_id, action_id, case_id, agency, province, reasons, held_at)",
    )
    .bind(new.iter().map(|h| h.referral_id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|h| h.action_id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|h| h.case_id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|h| h.agency.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|h| h.province.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(holds).collect::<Vec<_>>())
    .bind(new.iter().map(|h| h.held_at.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// The held answer of an action with its words, and its review, if it had one.
pub async fn load(
    connection: &mut PgConnection,
    referral: Uuid,
    action: Uuid,
) -> Result<Option<(Held, Answer, Option<Review>)>, sqlx::Error> {
    let row = sqlx::query(select!("WHERE h.referral_id = $1 AND h.action_id = $2"))
        .bind(referral)
        .bind(action)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (held, answer) = held(&row)?;
    let reviewed: Option<jiff_sqlx::Timestamp> = row.try_get("reviewed_at")?;
    let passed: Option<bool> = row.try_get("passed")?;
    let review = reviewed.zip(passed).map(|(at, passed)| Review { passed, reviewed_at: at.to_jiff() });
    Ok(Some((held, answer, review)))
}

/// Keeps a review.
pub async fn review(
    connection: &mut PgConnection,
    held: &Held,
    review: Review,
    (reason, reviewed_by): (&str, &str),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE held_answer SET reviewed_at = $3, passed = $4, reason = $5, reviewed_by = $6
         WHERE referral_id = $1 AND action_id = $2",
    )
    .bind(held.referral_id.0)
    .bind(held.action_id.0)
    .bind(review.reviewed_at.to_sqlx())
    .bind(review.passed)
    .bind(reason)
    .bind(reviewed_by)
    .execute(connection)
    .await?;
    Ok(())
}

/// Answers after a moment and action that wait for a reviewer, oldest first; of one province, or of all when it is empty.
pub async fn list_open(
    db: &PgPool,
    province: &str,
    after: (Timestamp, Uuid),
    limit: i64,
) -> Result<Vec<(Held, Answer)>, sqlx::Error> {
    let rows = sqlx::query(select!(
        "JOIN referral r USING (referral_id)
         WHERE h.reviewed_at IS NULL AND r.state = $5 AND ($1 = '' OR h.province = $1)
           AND (h.held_at, h.action_id) > ($2, $3)
         ORDER BY h.held_at, h.action_id LIMIT $4"
    ))
    .bind(province)
    .bind(after.0.to_sqlx())
    .bind(after.1)
    .bind(limit)
    .bind(State::Held as i16)
    .fetch_all(db)
    .await?;
    rows.iter().map(held).collect()
}
