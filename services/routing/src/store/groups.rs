//! What is still open of cases that were answered with their group's lead.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

/// The referrals of these cases that were open a moment ago; lock them before they are ended.
pub async fn open(connection: &mut PgConnection, cases: &[Uuid]) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar("SELECT referral_id FROM referral WHERE case_id = ANY($1) AND state IN (1, 2)")
        .bind(cases)
        .fetch_all(connection)
        .await
}

/// Takes these cases off the desk.
pub async fn leave_desk(
    connection: &mut PgConnection,
    cases: &[Uuid],
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE desk_item SET assigned_at = $2 WHERE case_id = ANY($1) AND assigned_at IS NULL")
        .bind(cases)
        .bind(at.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}
