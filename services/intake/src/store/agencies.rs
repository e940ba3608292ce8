//! The agencies' Persian names.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sqlx::{PgConnection, Row};

use crate::store::wire;

/// Keeps names by agency, unless a later name is known.
pub async fn name(db: &mut PgConnection, names: &BTreeMap<&str, (Timestamp, &str)>) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO agency_name (agency, name_fa, said_at) SELECT * FROM UNNEST($1::text[], $2::text[], $3::timestamptz[])
         ON CONFLICT (agency) DO UPDATE SET name_fa = EXCLUDED.name_fa, said_at = EXCLUDED.said_at
         WHERE agency_name.said_at < EXCLUDED.said_at",
    )
    .bind(names.keys().copied().collect::<Vec<_>>())
    .bind(names.values().map(|(_, name)| *name).collect::<Vec<_>>())
    .bind(names.values().map(|(at, _)| wire(*at)).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// The names of these agencies, as far as they are known.
pub async fn names(
    db: &mut PgConnection,
    agencies: &BTreeSet<String>,
) -> sqlx::Result<BTreeMap<String, String>> {
    let rows = sqlx::query("SELECT agency, name_fa FROM agency_name WHERE agency = ANY($1)")
        .bind(agencies.iter().map(String::as_str).collect::<Vec<_>>())
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| Ok((row.try_get("agency")?, row.try_get("name_fa")?))).collect()
}
