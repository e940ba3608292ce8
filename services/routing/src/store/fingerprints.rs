//! Fingerprints of agencies' latest answers, within a window.

use sqlx::PgConnection;

/// The latest of these agencies, at most `window` each, oldest first.
pub async fn latest(
    connection: &mut PgConnection,
    agencies: &[&str],
    window: u32,
) -> Result<Vec<(String, u64)>, sqlx::Error> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT asked.agency, latest.fingerprint FROM UNNEST($1::text[]) AS asked (agency)
         CROSS JOIN LATERAL (SELECT place, fingerprint FROM answer_fingerprint f WHERE f.agency = asked.agency
                             ORDER BY place DESC LIMIT $2) latest
         ORDER BY latest.place",
    )
    .bind(agencies)
    .bind(i64::from(window))
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(agency, row)| (agency, u64::from_ne_bytes(row.to_ne_bytes()))).collect())
}

/// Keeps new ones and forgets those that the widest window leaves behind.
pub async fn keep(
    connection: &mut PgConnection,
    new: &[(&str, u64)],
    window: u32,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO answer_fingerprint (agency, fingerprint) SELECT * FROM UNNEST($1::text[], $2::bigint[])",
    )
    .bind(new.iter().map(|(agency, _)| *agency).collect::<Vec<_>>())
    .bind(new.iter().map(|(_, new)| i64::from_ne_bytes(new.to_ne_bytes())).collect::<Vec<_>>())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM answer_fingerprint f USING (
             SELECT DISTINCT agency, (SELECT place FROM answer_fingerprint l WHERE l.agency = touched.agency
                                      ORDER BY place DESC OFFSET $2 LIMIT 1) AS last
             FROM UNNEST($1::text[]) AS touched (agency)) old
         WHERE f.agency = old.agency AND f.place <= old.last",
    )
    .bind(new.iter().map(|(agency, _)| *agency).collect::<Vec<_>>())
    .bind(i64::from(window))
    .execute(connection)
    .await?;
    Ok(())
}
