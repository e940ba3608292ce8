//! Referrals.

use contracts::{CaseId, ReferralId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{corrupt, round_of, round_to};
use crate::domain::referral::{Referral, State};

/// Referrals of one case that are listed at most: rounds are few.
const LISTED: i64 = 500;

type Row = (Uuid, Uuid, i32, String, String, i16, jiff_sqlx::Timestamp);

fn referral((id, case, round, agency, province, state, _): Row) -> Result<Referral, sqlx::Error> {
    Ok(Referral {
        referral_id: ReferralId(id),
        case_id: CaseId(case),
        round: round_of(round)?,
        agency,
        province,
        state: State::from_number(state).ok_or_else(|| corrupt("referral state"))?,
    })
}

/// The referrals with these ids, which nobody else changes until the transaction ends; locked in the order of ids,
/// so that replicas do not wait for each other in a circle.
pub async fn lock(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Referral>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT referral_id, case_id, round, agency, province, state, issued_at FROM referral
         WHERE referral_id = ANY($1) ORDER BY referral_id FOR UPDATE",
    )
    .bind(ids)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(referral).collect()
}

/// Stores new referrals with the moments of their issue.
pub async fn insert(connection: &mut PgConnection, new: &[(Referral, Timestamp)]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO referral (referral_id, case_id, round, agency, province, state, issued_at)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::smallint[], $7::timestamptz[])",
    )
    .bind(new.iter().map(|(r, _)| r.referral_id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|(r, _)| r.case_id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|(r, _)| round_to(r.round)).collect::<Vec<_>>())
    .bind(new.iter().map(|(r, _)| r.agency.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|(r, _)| r.province.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|(r, _)| r.state as i16).collect::<Vec<_>>())
    .bind(new.iter().map(|(_, at)| at.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Stores the states that referrals are now in.
pub async fn save_states(
    connection: &mut PgConnection,
    states: &[(ReferralId, State)],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE referral SET state = new.state
         FROM UNNEST($1::uuid[], $2::smallint[]) AS new (referral_id, state)
         WHERE referral.referral_id = new.referral_id",
    )
    .bind(states.iter().map(|(id, _)| id.0).collect::<Vec<_>>())
    .bind(states.iter().map(|(_, state)| *state as i16).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// The referrals of a case by round, with the moments of their issue.
pub async fn of_case(db: &PgPool, case: CaseId) -> Result<Vec<(Referral, Timestamp)>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT referral_id, case_id, round, agency, province, state, issued_at FROM referral
         WHERE case_id = $1 ORDER BY round, agency LIMIT $2",
    )
    .bind(case.0)
    .bind(LISTED)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| Ok((row.6.to_jiff(), referral(row)?)).map(|(at, r)| (r, at))).collect()
}
