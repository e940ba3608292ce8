//! Policies of evaluations and reports: few, read whole, never changed. Written under the tree's lock.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::policy::{EvaluationPolicy, Governs, ReportPolicy};

/// What the table calls each kind of policy.
pub trait Kind: Governs + Serialize + DeserializeOwned + Send + Unpin + 'static {
    /// The column `kind`.
    const KIND: &'static str;
}

impl Kind for EvaluationPolicy {
    const KIND: &'static str = "evaluation";
}

impl Kind for ReportPolicy {
    const KIND: &'static str = "report";
}

/// Every version of every policy of one kind.
pub async fn all<P: Kind>(db: &mut PgConnection) -> Result<Vec<P>, sqlx::Error> {
    let rows: Vec<(Json<P>,)> =
        sqlx::query_as("SELECT content FROM policy WHERE kind = $1 ORDER BY policy, version")
            .bind(P::KIND)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|(Json(policy),)| policy).collect())
}

/// Keeps adopted versions.
pub async fn add<P: Kind + Sync>(
    db: &mut PgConnection,
    policies: &[P],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let version = |policy: &P| i32::try_from(policy.validity().version).unwrap_or(i32::MAX);
    sqlx::query(
        "INSERT INTO policy (kind, policy, version, content, adopted_at)
         SELECT $1, policy, version, content, $5
         FROM UNNEST($2::text[], $3::int[], $4::jsonb[]) AS new (policy, version, content)",
    )
    .bind(P::KIND)
    .bind(policies.iter().map(|policy| policy.validity().policy.as_str()).collect::<Vec<_>>())
    .bind(policies.iter().map(version).collect::<Vec<_>>())
    .bind(policies.iter().map(Json).collect::<Vec<_>>())
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}
