//! Reports that were issued. Written under the tree's lock, never changed.

use std::collections::HashSet;

use jiff_sqlx::{Timestamp, ToSqlx};
use sqlx::{PgConnection, Row as _};

use super::{Corrupt, signed, unsigned};

/// A report that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    pub period: String,
    /// Empty: the whole country.
    pub province: String,
    pub ledger_size: u64,
    pub policy: String,
    pub policy_version: u32,
    pub json_sha256: Vec<u8>,
    pub xlsx_sha256: Vec<u8>,
    pub issued_at: jiff::Timestamp,
}

/// The report of a period and province, if it was issued.
pub async fn one(db: &mut PgConnection, period: &str, province: &str) -> Result<Option<Issued>, sqlx::Error> {
    let row = sqlx::query("SELECT * FROM report WHERE period = $1 AND province = $2")
        .bind(period)
        .bind(province)
        .fetch_optional(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let version: i32 = row.try_get("policy_version")?;
    Ok(Some(Issued {
        period: row.try_get("period")?,
        province: row.try_get("province")?,
        ledger_size: unsigned(row.try_get("ledger_size")?, "report's ledger size")?,
        policy: row.try_get("policy")?,
        policy_version: version.try_into().map_err(|_| sqlx::Error::Decode(Box::new(Corrupt("report"))))?,
        json_sha256: row.try_get("json_sha256")?,
        xlsx_sha256: row.try_get("xlsx_sha256")?,
        issued_at: row.try_get::<Timestamp, _>("issued_at")?.to_jiff(),
    }))
}

/// The periods whose reports were issued: they are issued for the country and all provinces at once.
pub async fn periods(db: &mut PgConnection) -> Result<HashSet<String>, sqlx::Error> {
    let periods: Vec<String> =
        sqlx::query_scalar("SELECT period FROM report WHERE province = ''").fetch_all(db).await?;
    Ok(periods.into_iter().collect())
}

/// The first day of which anything was counted.
pub async fn first_day(db: &mut PgConnection) -> Result<Option<jiff::civil::Date>, sqlx::Error> {
    let day: Option<jiff_sqlx::Date> =
        sqlx::query_scalar("SELECT min(day) FROM figure_daily").fetch_one(db).await?;
    Ok(day.map(jiff_sqlx::Date::to_jiff))
}

/// The provinces of which anything was ever counted.
pub async fn provinces(db: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT DISTINCT province FROM figure_daily WHERE province <> '' ORDER BY province")
        .fetch_all(db)
        .await
}

/// Keeps issued reports.
pub async fn add(db: &mut PgConnection, issued: &[Issued]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO report (period, province, ledger_size, policy, policy_version, json_sha256, xlsx_sha256, issued_at)
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::bigint[], $4::text[], $5::int[], $6::bytea[], $7::bytea[],
                              $8::timestamptz[])",
    )
    .bind(issued.iter().map(|i| i.period.as_str()).collect::<Vec<_>>())
    .bind(issued.iter().map(|i| i.province.as_str()).collect::<Vec<_>>())
    .bind(issued.iter().map(|i| signed(i.ledger_size)).collect::<Vec<_>>())
    .bind(issued.iter().map(|i| i.policy.as_str()).collect::<Vec<_>>())
    .bind(issued.iter().map(|i| i32::try_from(i.policy_version).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .bind(issued.iter().map(|i| i.json_sha256.as_slice()).collect::<Vec<_>>())
    .bind(issued.iter().map(|i| i.xlsx_sha256.as_slice()).collect::<Vec<_>>())
    .bind(issued.iter().map(|i| i.issued_at.to_sqlx()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}
