//! What is enclosed with the notices of a fact: a report's PDF and workbook.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use sqlx::{PgConnection, PgPool, Row as _};
use uuid::Uuid;

use crate::domain::notice::Document;

/// Keeps documents of facts for as long as a notice of theirs is to be sent; what is there stays.
pub async fn add(db: &mut PgConnection, documents: &[(Uuid, Document)]) -> Result<()> {
    sqlx::query(
        "INSERT INTO document (cause_fact_id, name, bytes)
         SELECT d.cause, d.name, d.bytes FROM UNNEST($1::uuid[], $2::text[], $3::bytea[]) AS d (cause, name, bytes)
         WHERE EXISTS (SELECT FROM notice n
                       WHERE n.cause_fact_id = d.cause AND n.recipient IS NOT NULL AND n.state < 2)
         ON CONFLICT (cause_fact_id, name) DO NOTHING",
    )
    .bind(documents.iter().map(|(cause, _)| *cause).collect::<Vec<_>>())
    .bind(documents.iter().map(|(_, document)| document.name.as_str()).collect::<Vec<_>>())
    .bind(documents.iter().map(|(_, document)| document.bytes.as_slice()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// The documents of these facts, by fact.
pub async fn of(db: &PgPool, causes: &[Uuid]) -> Result<HashMap<Uuid, Arc<[Document]>>> {
    let rows = sqlx::query(
        "SELECT cause_fact_id, name, bytes FROM document WHERE cause_fact_id = ANY($1) ORDER BY cause_fact_id, name",
    )
    .bind(causes)
    .fetch_all(db)
    .await?;
    let mut documents: HashMap<Uuid, Vec<Document>> = HashMap::new();
    for row in &rows {
        let document = Document { name: row.try_get("name")?, bytes: row.try_get("bytes")? };
        documents.entry(row.try_get("cause_fact_id")?).or_default().push(document);
    }
    Ok(documents.into_iter().map(|(cause, documents)| (cause, documents.into())).collect())
}

/// Drops the documents of those facts of which no notice is to be sent any more.
pub async fn drop_settled(db: &mut PgConnection, causes: &[Uuid]) -> Result<()> {
    sqlx::query(
        "DELETE FROM document d WHERE d.cause_fact_id = ANY($1) AND NOT EXISTS (
             SELECT FROM notice n WHERE n.cause_fact_id = d.cause_fact_id AND n.recipient IS NOT NULL AND n.state < 2)",
    )
    .bind(causes)
    .execute(db)
    .await?;
    Ok(())
}
