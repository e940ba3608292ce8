//! What routing keeps of a case for its later rounds.

use std::collections::{HashMap, HashSet};

use contracts::CaseId;
use contracts::intake::CaseRegistered;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use prost::Message;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{corrupt, count_of, round_of};
use crate::domain::referral::State;

/// A case with the agencies that had it.
#[derive(Debug)]
pub struct KnownCase {
    /// As intake registered it, without the contact point.
    pub registered: CaseRegistered,
    /// Codes of the agencies of all its rounds.
    pub tried: Vec<String>,
    /// Whether the citizen withdrew it.
    pub is_withdrawn: bool,
    /// Its latest round, on the desk or with the arbiter too; 0 when there was none.
    pub rounds: u32,
    /// How often agencies returned it.
    pub returns: u32,
}

/// Keeps cases, in the order of their ids; the ids of those that were not kept before.
pub async fn insert(
    connection: &mut PgConnection,
    cases: impl Iterator<Item = (CaseId, &CaseRegistered)>,
) -> Result<HashSet<CaseId>, sqlx::Error> {
    let (ids, copies): (Vec<Uuid>, Vec<Vec<u8>>) =
        cases.map(|(id, case)| (id.0, case.encode_to_vec())).unzip();
    let inserted: Vec<Uuid> = sqlx::query_scalar(
        "INSERT INTO case_copy (case_id, registered) SELECT * FROM UNNEST($1::uuid[], $2::bytea[])
         ON CONFLICT DO NOTHING RETURNING case_id",
    )
    .bind(ids)
    .bind(copies)
    .fetch_all(connection)
    .await?;
    Ok(inserted.into_iter().map(CaseId).collect())
}

/// Keeps that cases are withdrawn, in the order of their ids; those that were not before. A case that is not known yet
/// is kept without its content: its registration, when it comes, finds the key taken and places nothing.
pub async fn withdraw(
    connection: &mut PgConnection,
    withdrawn: impl Iterator<Item = (CaseId, Timestamp)>,
) -> Result<Vec<CaseId>, sqlx::Error> {
    let (ids, moments): (Vec<Uuid>, Vec<_>) = withdrawn.map(|(id, at)| (id.0, at.to_sqlx())).unzip();
    let new: Vec<Uuid> = sqlx::query_scalar(
        "INSERT INTO case_copy (case_id, registered, withdrawn_at)
         SELECT case_id, ''::bytea, at FROM UNNEST($1::uuid[], $2::timestamptz[]) AS new (case_id, at)
         ON CONFLICT (case_id) DO UPDATE SET withdrawn_at = EXCLUDED.withdrawn_at
             WHERE case_copy.withdrawn_at IS NULL
         RETURNING case_id",
    )
    .bind(ids)
    .bind(moments)
    .fetch_all(connection)
    .await?;
    Ok(new.into_iter().map(CaseId).collect())
}

/// A case that a person decides on: nobody withdraws it until the transaction ends. None when it is not known.
pub async fn lock(connection: &mut PgConnection, id: CaseId) -> Result<Option<KnownCase>, sqlx::Error> {
    sqlx::query("SELECT 1 FROM case_copy WHERE case_id = $1 FOR UPDATE")
        .bind(id.0)
        .execute(&mut *connection)
        .await?;
    Ok(load(connection, &[id]).await?.pop().map(|(_, known)| known))
}

type Row = (Uuid, Vec<u8>, Vec<String>, bool, i32, i32);

/// The cases with these ids.
pub async fn load(
    connection: &mut PgConnection,
    ids: &[CaseId],
) -> Result<Vec<(CaseId, KnownCase)>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT case_id, registered, ARRAY(SELECT agency FROM referral r WHERE r.case_id = c.case_id ORDER BY round),
                withdrawn_at IS NOT NULL,
                COALESCE(GREATEST((SELECT max(round) FROM referral r WHERE r.case_id = c.case_id),
                                  (SELECT max(round) FROM desk_item d WHERE d.case_id = c.case_id),
                                  (SELECT max(round) FROM arbitration a WHERE a.case_id = c.case_id)), 0),
                (SELECT count(*) FROM referral r WHERE r.case_id = c.case_id AND r.state = $2)::int
         FROM case_copy c WHERE case_id = ANY($1)",
    )
    .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
    .bind(State::Returned as i16)
    .fetch_all(connection)
    .await?;
    let known = rows.into_iter().map(|(id, copy, tried, is_withdrawn, rounds, returns)| {
        let registered = CaseRegistered::decode(copy.as_slice()).map_err(|_| corrupt("case"))?;
        let (rounds, returns) = (round_of(rounds)?, count_of(returns)?);
        Ok((CaseId(id), KnownCase { registered, tried, is_withdrawn, rounds, returns }))
    });
    known.collect()
}

/// These cases as they were registered.
pub async fn registered(
    db: &PgPool,
    ids: impl Iterator<Item = CaseId>,
) -> Result<HashMap<CaseId, CaseRegistered>, sqlx::Error> {
    let rows: Vec<(Uuid, Vec<u8>)> =
        sqlx::query_as("SELECT case_id, registered FROM case_copy WHERE case_id = ANY($1)")
            .bind(ids.map(|id| id.0).collect::<Vec<_>>())
            .fetch_all(db)
            .await?;
    let read = |(id, copy): (Uuid, Vec<u8>)| {
        let registered = CaseRegistered::decode(copy.as_slice()).map_err(|_| corrupt("case"))?;
        Ok((CaseId(id), registered))
    };
    rows.into_iter().map(read).collect()
}
