//! Policies of rulings; read with the catalogue (`store::catalogue`), whose version they move.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::policy::Policy;

/// Adds versions and tells every copy in memory to read again.
pub async fn add(connection: &mut PgConnection, new: &[Policy], at: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO ruling_policy
         SELECT p.programme, p.version, p.extension_days_max, p.extensions_max, p.returns_before_arbitration,
                p.answer_letters_min, p.boilerplate_window, p.boilerplate_others, p.boilerplate_bits,
                p.elsewhere_phrases, p.callback_per_mille, p.valid_from, $2
         FROM jsonb_populate_recordset(NULL::ruling_policy, $1) p",
    )
    .bind(Json(new))
    .bind(at.to_sqlx())
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE catalogue_version SET version = version + 1").execute(connection).await?;
    Ok(())
}
