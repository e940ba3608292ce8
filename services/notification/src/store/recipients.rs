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
    /// Is told what concerns this agency only; empty: of no agency.
    pub agency: String,
    /// Name and addresses.
    pub sealed: Vec<u8>,
    /// Is told nothing any more.
    pub withdrawn: bool,
}

fn recipient(row: &PgRow) -> Result<Recipient> {
    Ok(Recipient {
        recipient: row.try_get("recipient")?,
        province: row.try_get("province")?,
        agency: row.try_get("agency")?,
        sealed: row.try_get("sealed")?,
        withdrawn: row.try_get("withdrawn")?,
    })
}

/// Those of these codes that are known, locked until the transaction ends: two imports do not mix.
pub async fn known(db: &mut PgConnection, codes: &[&str]) -> Result<HashMap<String, Recipient>> {
    let rows = sqlx::query(
        "SELECT recipient, province, agency, sealed, withdrawn FROM recipient WHERE recipient = ANY($1)
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
        "INSERT INTO recipient (recipient, province, sealed, withdrawn, agency)
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::bytea[], $4::boolean[], $5::text[])
         ON CONFLICT (recipient) DO UPDATE
             SET province = excluded.province, sealed = excluded.sealed, withdrawn = excluded.withdrawn,
                 agency = excluded.agency",
    )
    .bind(recipients.iter().map(|r| r.recipient.as_str()).collect::<Vec<_>>())
    .bind(recipients.iter().map(|r| r.province.as_str()).collect::<Vec<_>>())
    .bind(recipients.iter().map(|r| r.sealed.as_slice()).collect::<Vec<_>>())
    .bind(recipients.iter().map(|r| r.withdrawn).collect::<Vec<_>>())
    .bind(recipients.iter().map(|r| r.agency.as_str()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// All of them, by province and code, `limit` at most.
pub async fn all(db: &PgPool, limit: i64) -> Result<Vec<Recipient>> {
    let rows = sqlx::query(
        "SELECT recipient, province, agency, sealed, withdrawn FROM recipient ORDER BY province, recipient LIMIT $1",
    )
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(recipient).collect()
}

/// The codes of those who are told of these provinces, by province.
pub async fn of(db: &mut PgConnection, provinces: &[&str]) -> Result<HashMap<String, Vec<String>>> {
    let rows = sqlx::query(
        "SELECT province, recipient FROM recipient
         WHERE province = ANY($1) AND agency = '' AND NOT withdrawn ORDER BY recipient",
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

/// The codes and provinces of those who are told what concerns these agencies, by agency.
pub async fn of_agencies(
    db: &mut PgConnection,
    agencies: &[&str],
) -> Result<HashMap<String, Vec<(String, String)>>> {
    let rows = sqlx::query(
        "SELECT agency, recipient, province FROM recipient
         WHERE agency = ANY($1) AND agency <> '' AND NOT withdrawn ORDER BY recipient",
    )
    .bind(agencies)
    .fetch_all(db)
    .await?;
    let mut of: HashMap<String, Vec<(String, String)>> = HashMap::new();
    for row in &rows {
        let recipient = (row.try_get("recipient")?, row.try_get("province")?);
        of.entry(row.try_get("agency")?).or_default().push(recipient);
    }
    Ok(of)
}
