//! The keys of the commitments.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

/// The salts of these cases, as far as there are any.
pub async fn load(db: &mut PgConnection, about: &[Uuid]) -> Result<HashMap<Uuid, Vec<u8>>, sqlx::Error> {
    let rows: Vec<(Uuid, Vec<u8>)> =
        sqlx::query_as("SELECT about, salt FROM case_salt WHERE about = ANY($1)")
            .bind(about)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().collect())
}

/// Keeps new salts. Call under the tree's lock, so that nobody else makes one for the same case.
pub async fn add(db: &mut PgConnection, salts: &[(Uuid, Vec<u8>)]) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO case_salt (about, salt) SELECT * FROM UNNEST($1::uuid[], $2::bytea[])")
        .bind(salts.iter().map(|(about, _)| *about).collect::<Vec<_>>())
        .bind(salts.iter().map(|(_, salt)| salt.as_slice()).collect::<Vec<_>>())
        .execute(db)
        .await?;
    Ok(())
}
