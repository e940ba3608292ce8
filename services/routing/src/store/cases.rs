//! What routing keeps of a case for its later rounds.

use std::collections::HashSet;

use contracts::CaseId;
use contracts::intake::CaseRegistered;
use prost::Message;
use sqlx::PgConnection;
use uuid::Uuid;

use super::corrupt;

/// A case with the agencies that had it.
#[derive(Debug)]
pub struct KnownCase {
    /// As intake registered it, without the contact point.
    pub registered: CaseRegistered,
    /// Codes of the agencies of all its rounds.
    pub tried: Vec<String>,
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

/// The cases with these ids.
pub async fn load(
    connection: &mut PgConnection,
    ids: &[CaseId],
) -> Result<Vec<(CaseId, KnownCase)>, sqlx::Error> {
    let rows: Vec<(Uuid, Vec<u8>, Vec<String>)> = sqlx::query_as(
        "SELECT case_id, registered, ARRAY(SELECT agency FROM referral r WHERE r.case_id = c.case_id ORDER BY round)
         FROM case_copy c WHERE case_id = ANY($1)",
    )
    .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    let known = rows.into_iter().map(|(id, copy, tried)| {
        let registered = CaseRegistered::decode(copy.as_slice()).map_err(|_| corrupt("case"))?;
        Ok((CaseId(id), KnownCase { registered, tried }))
    });
    known.collect()
}
