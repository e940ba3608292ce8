//! How often what was sent to agencies came back.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::domain::referral::State;

/// Of which referrals.
#[derive(Debug, Clone, Copy)]
pub struct Span<'a> {
    /// Empty: all.
    pub province: &'a str,
    /// Issued from here on.
    pub from: Timestamp,
    /// Issued before.
    pub until: Timestamp,
}

/// Agency, referrals, returned, overruled.
pub type ByAgency = (String, i64, i64, i64);

/// By agency: what it got, what it returned, and what of that an arbiter sent back to it.
pub async fn by_agency(db: &PgPool, span: Span<'_>) -> Result<Vec<ByAgency>, sqlx::Error> {
    sqlx::query_as(
        "SELECT agency, count(*), count(*) FILTER (WHERE state = $4),
                count(*) FILTER (WHERE state = $4 AND EXISTS (
                    SELECT 1 FROM arbitration a WHERE a.case_id = r.case_id AND a.agency = r.agency))
         FROM referral r WHERE ($1 = '' OR province = $1) AND issued_at >= $2 AND issued_at < $3
         GROUP BY agency ORDER BY agency",
    )
    .bind(span.province)
    .bind(span.from.to_sqlx())
    .bind(span.until.to_sqlx())
    .bind(State::Returned as i16)
    .fetch_all(db)
    .await
}

/// Arbitrations that were asked for, and rulings that became rules.
pub async fn arbitrations(db: &PgPool, span: Span<'_>) -> Result<(i64, i64), sqlx::Error> {
    sqlx::query_as(
        "SELECT count(*), count(*) FILTER (WHERE became_rule)
         FROM arbitration WHERE ($1 = '' OR province = $1) AND asked_at >= $2 AND asked_at < $3",
    )
    .bind(span.province)
    .bind(span.from.to_sqlx())
    .bind(span.until.to_sqlx())
    .fetch_one(db)
    .await
}
