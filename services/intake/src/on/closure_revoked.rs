//! A closure is taken back.

use anyhow::Result;
use contracts::deadline::ClosureRevoked as Fact;
use outbox::{Hear, Heard, Tx};

use super::days_off::closure;
use crate::store::calendar;

/// Its days count again.
pub struct ClosureRevoked;

impl Hear for ClosureRevoked {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let said = facts.iter().map(|Heard { fact, .. }| {
            let days = (fact.first_day.as_str(), fact.last_day.as_str());
            closure(&fact.closure_id, &fact.province, days, None)
        });
        let said: Vec<_> = said.collect::<Result<_>>()?;
        Ok(calendar::keep_closures(tx.connection(), &said).await?)
    }
}
