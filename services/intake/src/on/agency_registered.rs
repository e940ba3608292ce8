//! An agency joined.

use std::collections::BTreeMap;

use anyhow::Result;
use contracts::routing::AgencyRegistered as Fact;
use outbox::{Hear, Heard, Tx};

use crate::store::agencies;

/// Keeps the agency's Persian name.
pub struct AgencyRegistered;

impl Hear for AgencyRegistered {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let mut names = BTreeMap::new();
        for Heard { time, fact, .. } in facts {
            let said = (*time, fact.name_fa.as_str());
            let known = names.entry(fact.agency.as_str()).or_insert(said);
            *known = said.max(*known);
        }
        Ok(agencies::name(tx.connection(), &names).await?)
    }
}
