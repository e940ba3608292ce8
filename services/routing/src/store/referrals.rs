//! Referrals.

use contracts::{CaseId, ReferralId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{corrupt, count_of, count_to, round_of, round_to};
use crate::domain::referral::{Referral, State};

/// Referrals of one case that are listed at most: rounds are few.
const LISTED: i64 = 500;

type Row = (Uuid, Uuid, i32, String, String, String, i16, bool, i32, bool, bool, jiff_sqlx::Timestamp);

/// The columns of a [`Row`].
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT referral_id, case_id, round, agency, province, programme, state, ruled, extensions_asked, \
             extension_open, documents_open, issued_at FROM referral ",
            $rest
        )
    };
}

fn referral(row: Row) -> Result<Referral, sqlx::Error> {
    let (
        id,
        case,
        round,
        agency,
        province,
        programme,
        state,
        is_ruled,
        asked,
        extension_open,
        documents_open,
        _,
    ) = row;
    Ok(Referral {
        referral_id: ReferralId(id),
        case_id: CaseId(case),
        round: round_of(round)?,
        agency,
        province,
        programme,
        state: State::from_number(state).ok_or_else(|| corrupt("referral state"))?,
        is_ruled,
        extensions_asked: count_of(asked)?,
        extension_open,
        documents_open,
    })
}

/// A referral with the moment of its issue.
fn dated(row: Row) -> Result<(Referral, Timestamp), sqlx::Error> {
    let at = row.11.to_jiff();
    Ok((referral(row)?, at))
}

/// The referrals with these ids, which nobody else changes until the transaction ends; locked in the order of ids,
/// so that replicas do not wait for each other in a circle.
pub async fn lock(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Referral>, sqlx::Error> {
    let rows: Vec<Row> =
        sqlx::query_as(select!("WHERE referral_id = ANY($1) ORDER BY referral_id FOR UPDATE"))
            .bind(ids)
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(referral).collect()
}

/// The open referrals of cases whose rows the transaction holds; locked as by [`lock`].
pub async fn lock_open(
    connection: &mut PgConnection,
    cases: &[CaseId],
) -> Result<Vec<Referral>, sqlx::Error> {
    let cases: Vec<Uuid> = cases.iter().map(|case| case.0).collect();
    // A return that is being recorded holds its referral and makes the next one: wait for it, then look.
    sqlx::query("SELECT 1 FROM referral WHERE case_id = ANY($1) ORDER BY referral_id FOR UPDATE")
        .bind(&cases)
        .execute(&mut *connection)
        .await?;
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE case_id = ANY($1) AND state = ANY($2) ORDER BY referral_id FOR UPDATE"
    ))
    .bind(cases)
    .bind(State::open())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(referral).collect()
}

/// Stores new referrals with the moments of their issue.
pub async fn insert(connection: &mut PgConnection, new: &[(Referral, Timestamp)]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO referral (referral_id, case_id, round, agency, province, programme, state, ruled, issued_at)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::smallint[],
                              $8::bool[], $9::timestamptz[])",
    )
    .bind(new.iter().map(|(r, _)| r.referral_id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|(r, _)| r.case_id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|(r, _)| round_to(r.round)).collect::<Vec<_>>())
    .bind(new.iter().map(|(r, _)| r.agency.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|(r, _)| r.province.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|(r, _)| r.programme.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|(r, _)| r.state as i16).collect::<Vec<_>>())
    .bind(new.iter().map(|(r, _)| r.is_ruled).collect::<Vec<_>>())
    .bind(new.iter().map(|(_, at)| at.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Stores where referrals now stand.
pub async fn save(connection: &mut PgConnection, changed: &[&Referral]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE referral SET state = new.state, extensions_asked = new.extensions_asked,
             extension_open = new.extension_open, documents_open = new.documents_open
         FROM UNNEST($1::uuid[], $2::smallint[], $3::int[], $4::bool[], $5::bool[])
              AS new (referral_id, state, extensions_asked, extension_open, documents_open)
         WHERE referral.referral_id = new.referral_id",
    )
    .bind(changed.iter().map(|r| r.referral_id.0).collect::<Vec<_>>())
    .bind(changed.iter().map(|r| r.state as i16).collect::<Vec<_>>())
    .bind(changed.iter().map(|r| count_to(r.extensions_asked)).collect::<Vec<_>>())
    .bind(changed.iter().map(|r| r.extension_open).collect::<Vec<_>>())
    .bind(changed.iter().map(|r| r.documents_open).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// The referrals that wait for an action of the agency with the moments of their issue, oldest first, after a moment and id.
pub async fn waiting(
    db: &PgPool,
    agency: &str,
    (after, id): (Timestamp, Uuid),
    limit: i64,
) -> Result<Vec<(Referral, Timestamp)>, sqlx::Error> {
    // Issued or accepted: the words of the index.
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE agency = $1 AND state IN (1, 2) AND (issued_at, referral_id) > ($2, $3)
         ORDER BY issued_at, referral_id LIMIT $4"
    ))
    .bind(agency)
    .bind(after.to_sqlx())
    .bind(id)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(dated).collect()
}

/// The referrals of a case by round, with the moments of their issue.
pub async fn of_case(db: &PgPool, case: CaseId) -> Result<Vec<(Referral, Timestamp)>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(select!("WHERE case_id = $1 ORDER BY round, agency LIMIT $2"))
        .bind(case.0)
        .bind(LISTED)
        .fetch_all(db)
        .await?;
    rows.into_iter().map(dated).collect()
}

/// One referral, if it is this agency's, with the moment of its issue.
pub async fn of_agency(
    db: &PgPool,
    agency: &str,
    id: Uuid,
) -> Result<Option<(Referral, Timestamp)>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE referral_id = $1 AND agency = $2"))
        .bind(id)
        .bind(agency)
        .fetch_optional(db)
        .await?;
    row.map(dated).transpose()
}
