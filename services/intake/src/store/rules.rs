//! The rules at rest, and the copy that each replica keeps of their newest version.

use std::sync::Arc;

use anyhow::Result;
use outbox::Newest;
use sqlx::PgConnection;

use crate::domain::rules::Rules;
use crate::store::{calendar, desk, policies};

/// Reads the rules once a version. Copies share what was read.
#[derive(Debug, Clone, Default)]
pub struct RuleBook(Newest<Rules>);

impl RuleBook {
    /// The rules that hold. A transaction that changes them asks before it does.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn current(&self, db: &mut PgConnection) -> Result<Arc<Rules>> {
        let version: i64 = sqlx::query_scalar("SELECT version FROM rules").fetch_one(&mut *db).await?;
        self.of(version, db).await
    }

    /// The rules that hold, of whose version the transaction asked already.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn of(&self, version: i64, db: &mut PgConnection) -> Result<Arc<Rules>> {
        if let Some(rules) = self.0.copy(|rules| rules.version == version) {
            return Ok(rules);
        }
        // What was adopted since the version was read is among these; the next look reads them again.
        let (desk, deadlines) = (desk::policies(&mut *db).await?.into(), policies::all(&mut *db).await?);
        let days_off = calendar::days_off(db).await?.into();
        Ok(self.0.keep(Rules { version, desk, deadlines, days_off }))
    }
}
