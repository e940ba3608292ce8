//! The rules at rest, and the copy that each replica keeps of their newest version.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use sqlx::PgConnection;

use crate::domain::rules::Rules;
use crate::store::{desk, policies};

/// Reads the rules once a version. Copies share what was read.
#[derive(Debug, Clone, Default)]
pub struct RuleBook(Arc<Mutex<Arc<Rules>>>);

impl RuleBook {
    /// The rules that hold.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn current(&self, db: &mut PgConnection) -> Result<Arc<Rules>> {
        let version: i64 = sqlx::query_scalar("SELECT version FROM rules").fetch_one(&mut *db).await?;
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = kept().clone();
        if newest.version == version {
            return Ok(newest);
        }
        // What was adopted since the version was read is among these; the next look reads them again.
        let (desk, deadlines) = (desk::policies(&mut *db).await?.into(), policies::all(db).await?);
        let rules = Arc::new(Rules { version, desk, deadlines });
        let mut kept = kept();
        if kept.version < version {
            *kept = rules.clone();
        }
        Ok(rules)
    }
}
