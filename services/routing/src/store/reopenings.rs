//! Cases that were opened again.

use std::collections::{HashMap, HashSet};

use contracts::intake::CaseRegistered;
use contracts::{CaseId, ReferralId};
use prost::Message;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{corrupt, round_of, round_to};

/// A case and which of its reopenings, from 1.
pub type Key = (CaseId, u32);

/// Keeps these reopenings of known cases, in the order of their keys; those that were not kept before.
pub async fn insert(connection: &mut PgConnection, keys: &[Key]) -> Result<HashSet<Key>, sqlx::Error> {
    let rows: Vec<(Uuid, i32)> = sqlx::query_as(
        "INSERT INTO reopening (case_id, reopening)
         SELECT new.case_id, new.reopening FROM UNNEST($1::uuid[], $2::int[]) AS new (case_id, reopening)
             JOIN case_copy USING (case_id)
         ON CONFLICT DO NOTHING RETURNING case_id, reopening",
    )
    .bind(keys.iter().map(|(case, _)| case.0).collect::<Vec<_>>())
    .bind(keys.iter().map(|(_, reopening)| round_to(*reopening)).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|(case, reopening)| Ok((CaseId(case), round_of(reopening)?))).collect()
}

/// A case as it stands when it is opened again.
#[derive(Debug)]
pub struct Standing {
    /// As intake registered it, with what citizens said at earlier reopenings.
    pub registered: CaseRegistered,
    /// The round it had last, at an agency or at the desk.
    pub last_round: u32,
}

/// These cases, which no other reopening changes until the transaction ends.
pub async fn lock(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<CaseId, Standing>, sqlx::Error> {
    let rows: Vec<(Uuid, Vec<u8>, i32)> = sqlx::query_as(
        "SELECT case_id, registered, GREATEST(
             (SELECT max(round) FROM referral r WHERE r.case_id = c.case_id),
             (SELECT max(round) FROM desk_item d WHERE d.case_id = c.case_id), 0)
         FROM case_copy c WHERE case_id = ANY($1) ORDER BY case_id FOR NO KEY UPDATE",
    )
    .bind(ids)
    .fetch_all(connection)
    .await?;
    let standing = rows.into_iter().map(|(id, copy, round)| {
        let registered = CaseRegistered::decode(copy.as_slice()).map_err(|_| corrupt("case"))?;
        Ok((CaseId(id), Standing { registered, last_round: round_of(round)? }))
    });
    standing.collect()
}

/// Who holds or held these referrals.
pub async fn agencies(
    connection: &mut PgConnection,
    referrals: &[Uuid],
) -> Result<HashMap<ReferralId, String>, sqlx::Error> {
    let rows: Vec<(Uuid, String)> =
        sqlx::query_as("SELECT referral_id, agency FROM referral WHERE referral_id = ANY($1)")
            .bind(referrals)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(id, agency)| (ReferralId(id), agency)).collect())
}

/// Keeps cases as they are restated, for all their further rounds.
pub async fn restate(
    connection: &mut PgConnection,
    cases: &[(CaseId, &CaseRegistered)],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE case_copy c SET registered = new.registered
         FROM UNNEST($1::uuid[], $2::bytea[]) AS new (case_id, registered) WHERE c.case_id = new.case_id",
    )
    .bind(cases.iter().map(|(id, _)| id.0).collect::<Vec<_>>())
    .bind(cases.iter().map(|(_, case)| case.encode_to_vec()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}
