//! What citizens added to their cases.

use std::collections::HashSet;

use contracts::CaseId;
use sqlx::PgConnection;
use uuid::Uuid;

/// A case and what was added to it.
pub type Key = (CaseId, Uuid);

/// Keeps that these were heard, of known cases, in the order of their keys; those that were not kept before.
pub async fn insert(connection: &mut PgConnection, keys: &[Key]) -> Result<HashSet<Key>, sqlx::Error> {
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "INSERT INTO amendment (case_id, amendment_id)
         SELECT new.case_id, new.amendment_id FROM UNNEST($1::uuid[], $2::uuid[]) AS new (case_id, amendment_id)
             JOIN case_copy USING (case_id)
         ON CONFLICT DO NOTHING RETURNING case_id, amendment_id",
    )
    .bind(keys.iter().map(|(case, _)| case.0).collect::<Vec<_>>())
    .bind(keys.iter().map(|(_, amendment)| *amendment).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(case, amendment)| (CaseId(case), amendment)).collect())
}
