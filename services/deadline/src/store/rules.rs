//! The rules at rest, and the copy that each replica keeps of their newest version.

use std::sync::Arc;

use anyhow::Result;
use jalali::Tehran;
use outbox::Newest;
use sqlx::PgConnection;

use super::{calendar, outages, policies, version};
use crate::domain::rules::Rules;

/// Reads the rules once a version. Copies share what was read.
#[derive(Debug, Clone)]
pub struct RuleBook {
    tehran: Tehran,
    newest: Newest<Rules>,
}

impl RuleBook {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(tehran: &Tehran) -> Self {
        RuleBook { tehran: tehran.clone(), newest: Newest::default() }
    }

    /// The rules to derive by. Until the transaction ends no others are adopted.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn current(&self, db: &mut PgConnection) -> Result<Arc<Rules>> {
        let known: i64 = sqlx::query_scalar("SELECT rules_version()").fetch_one(&mut *db).await?;
        self.of(db, version(known)?).await
    }

    /// The rules and the number of the version that the transaction makes: others wait until it ends. What it adds
    /// is not among them yet.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn next(&self, db: &mut PgConnection) -> Result<(Arc<Rules>, u64)> {
        let next: i64 = sqlx::query_scalar("SELECT next_rules_version()").fetch_one(&mut *db).await?;
        let next = version(next)?;
        Ok((self.of(db, next - 1).await?, next))
    }

    async fn of(&self, db: &mut PgConnection, version: u64) -> Result<Arc<Rules>> {
        if let Some(rules) = self.newest.copy(|rules| rules.version == version) {
            return Ok(rules);
        }
        let policies = policies::all(&mut *db).await?;
        let (days_off, weeks) = (calendar::days_off(&mut *db).await?, calendar::weeks(&mut *db).await?);
        let outages = outages::all(&mut *db).await?;
        Ok(self.newest.keep(Rules::new(version, &self.tehran, policies, days_off, weeks, outages)))
    }
}
