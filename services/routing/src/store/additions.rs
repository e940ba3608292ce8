//! Referrals that people added to cases.

use contracts::{CaseId, ReferralId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::round_of;
use crate::domain::referral::State;

/// The open or answered referral that an agency has of a case, the latest.
pub async fn held_by(
    connection: &mut PgConnection,
    case: CaseId,
    agency: &str,
) -> Result<Option<ReferralId>, sqlx::Error> {
    let id: Option<Uuid> = sqlx::query_scalar(
        "SELECT referral_id FROM referral WHERE case_id = $1 AND agency = $2 AND state <> $3 ORDER BY round DESC LIMIT 1",
    )
    .bind(case.0)
    .bind(agency)
    .bind(State::Returned as i16)
    .fetch_optional(connection)
    .await?;
    Ok(id.map(ReferralId))
}

/// The latest round of a case in which an agency still owes an action; none: the desk or the arbiter has it, or it is
/// answered.
pub async fn round_under_way(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Option<u32>, sqlx::Error> {
    let round: Option<i32> =
        sqlx::query_scalar("SELECT max(round) FROM referral WHERE case_id = $1 AND state = ANY($2)")
            .bind(case.0)
            .bind(State::open())
            .fetch_one(connection)
            .await?;
    round.map(round_of).transpose()
}

/// Keeps who added a referral, and why.
pub async fn insert(
    connection: &mut PgConnection,
    referral: ReferralId,
    (reason, added_by): (&str, &str),
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO added_referral (referral_id, reason, added_by, added_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(referral.0)
    .bind(reason)
    .bind(added_by)
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}
