//! Open clocks past their due moment.

use anyhow::Result;
use contracts::{CaseId, ReferralId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};

use super::required;

/// An open clock past its due moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// Whose clock.
    pub referral_id: ReferralId,
    /// The case it belongs to.
    pub case_id: CaseId,
    /// Who should have acted.
    pub agency: String,
    /// Where.
    pub province: String,
    /// Since when it is overdue.
    pub due_at: Timestamp,
}

/// Breached and open clocks after the key `after`, longest overdue first; of one province unless it is empty.
pub async fn overdue(
    db: &mut PgConnection,
    province: &str,
    after: (Timestamp, ReferralId),
    limit: i64,
) -> Result<Vec<Overdue>> {
    const COUNTRY: &str = "SELECT referral_id, case_id, agency, province, due_at FROM clock
         WHERE breached_at IS NOT NULL AND ended_at IS NULL AND (due_at, referral_id) > ($1, $2)
         ORDER BY due_at, referral_id LIMIT $3";
    const PROVINCE: &str = "SELECT referral_id, case_id, agency, province, due_at FROM clock
         WHERE breached_at IS NOT NULL AND ended_at IS NULL AND due_at IS NOT NULL AND (due_at, referral_id) > ($1, $2)
           AND province = $4
         ORDER BY due_at, referral_id LIMIT $3";
    let query = if province.is_empty() { sqlx::query(COUNTRY) } else { sqlx::query(PROVINCE) };
    let query = query.bind(after.0.to_sqlx()).bind(after.1.0).bind(limit);
    let rows = if province.is_empty() {
        query.fetch_all(db).await?
    } else {
        query.bind(province).fetch_all(db).await?
    };
    let overdue = |row: &PgRow| {
        Ok(Overdue {
            referral_id: ReferralId(row.try_get("referral_id")?),
            case_id: CaseId(row.try_get("case_id")?),
            agency: row.try_get("agency")?,
            province: row.try_get("province")?,
            due_at: required(row, "due_at")?,
        })
    };
    rows.iter().map(overdue).collect()
}
