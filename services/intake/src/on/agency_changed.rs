//! An agency is called otherwise.

use std::collections::BTreeMap;

use anyhow::Result;
use contracts::routing::AgencyChanged as Fact;
use outbox::{Hear, Heard, Tx};

use crate::store::agencies;

/// Keeps the agency's new Persian name, unless a later one is known.
pub struct AgencyChanged;

impl Hear for AgencyChanged {
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
