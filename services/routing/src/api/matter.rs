//! What the cases of a list are about.

use std::collections::HashMap;

use contracts::CaseId;
use contracts::intake::CaseRegistered;
use contracts::routing::Matter;
use sqlx::PgPool;

use super::Refusal;
use crate::store;

/// The matters of a page's cases.
pub(super) struct Matters(HashMap<CaseId, CaseRegistered>);

impl Matters {
    /// Those of `cases`, in one query.
    pub async fn of(db: &PgPool, cases: impl Iterator<Item = CaseId>) -> Result<Self, Refusal> {
        Ok(Matters(store::cases::registered(db, cases).await?))
    }

    /// What a case is about.
    pub fn of_case(&self, case: CaseId) -> Option<Matter> {
        self.0.get(&case).map(|registered| Matter {
            topic: registered.topic.clone(),
            county: registered.county.clone(),
            place: registered.place.clone(),
            statement: registered.statement.clone(),
            confidential: registered.confidential,
        })
    }
}
