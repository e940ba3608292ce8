//! Offices are, or will be, closed.

use anyhow::Result;
use contracts::deadline::ClosureAnnounced as Fact;
use outbox::{Hear, Heard, Tx};

use super::days_off::closure;
use crate::store::calendar;

/// Keeps the closure, so that promises leave its days out.
pub struct ClosureAnnounced;

impl Hear for ClosureAnnounced {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let said = facts.iter().map(|Heard { fact, .. }| {
            let days = (fact.first_day.as_str(), fact.last_day.as_str());
            closure(&fact.closure_id, &fact.province, days, Some(&fact.reason_fa))
        });
        let said: Vec<_> = said.collect::<Result<_>>()?;
        Ok(calendar::keep_closures(tx.connection(), &said).await?)
    }
}
