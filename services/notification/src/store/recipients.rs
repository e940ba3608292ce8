//! Who of the staff is told, sealed.

use std::collections::HashMap;

use anyhow::Result;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool, Row as _};

/// One of the staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Its code.
    pub recipient: String,
    /// Empty: the whole country.
    pub province: String,
    /// Name and addresses.
    pub sealed: Vec<u8>,
    /// Is told nothing any more.
    pub withdrawn: bool,
}

fn recipient(row: &PgRow) -> Result<Recipient> {
    Ok(Recipient {
        recipient: row.try_get("recipient")?,
        province: row.try_get("province")?,
        sealed: row.try_get("sealed")?,
        withdrawn: row.try_get("withdrawn")?,
    })
}

/// Those of these codes that are known, locked until the transaction ends: two imports do not mix.
pub async fn known(db: &mut PgConnection, codes: &[&str]) -> Result<HashMap<String, Recipient>> {
    let rows = sqlx::query(
        "SELECT recipient, province, sealed, withdrawn FROM recipient WHERE recipient = ANY($1)
         ORDER BY recipient FOR UPDATE",
    )
    .bind(codes)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| recipient(row).map(|known| (known.recipient.clone(), known))).collect()
}

/// Keeps them as they are now.
pub async fn save(db: &mut PgConnection, recipients: &[Recipient]) -> Result<()> {
    sqlx::query(
        "INSERT INTO recipient (recipient, province, sealed, withdrawn)
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::bytea[], $4::boolean[])
         ON CONFLICT (recipient) DO UPDATE
             SET province = excluded.province, sealed = excluded.sealed, withdrawn = excluded.withdrawn",
    )
    .bind(recipients.iter().map(|r| r.recipient.as_str()).collect::<Vec<_>>())
    .bind(recipients.iter().map(|r| r.province.as_str()).collect::<Vec<_>>())
    .bind(recipients.iter().map(|r| r.sealed.as_slice()).collect::<Vec<_>>())
    .bind(recipients.iter().map(|r| r.withdrawn).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// All of them, by province and code, `limit` at most.
pub async fn all(db: &PgPool, limit: i64) -> Result<Vec<Recipient>> {
    let rows = sqlx::query(
        "SELECT recipient, province, sealed, withdrawn FROM recipient ORDER BY province, recipient LIMIT $1",
    )
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(recipient).collect()
}

/// The codes of those who are told of these provinces, by province.
pub async fn of(db: &mut PgConnection, provinces: &[&str]) -> Result<HashMap<String, Vec<String>>> {
    let rows = sqlx::query(
        "SELECT province, recipient FROM recipient WHERE province = ANY($1) AND NOT withdrawn ORDER BY recipient",
    )
    .bind(provinces)
    .fetch_all(db)
    .await?;
    let mut of: HashMap<String, Vec<String>> = HashMap::new();
    for row in &rows {
        of.entry(row.try_get("province")?).or_default().push(row.try_get("recipient")?);
    }
    Ok(of)
}
