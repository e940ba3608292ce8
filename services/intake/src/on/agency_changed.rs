//! An agency is called otherwise.

use anyhow::Result;
use contracts::routing::AgencyChanged as Fact;
use outbox::{Hear, Heard, Tx};

use crate::on::keep_names;

/// Keeps the agency's new Persian name, unless a later one is known.
pub struct AgencyChanged;

impl Hear for AgencyChanged {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        keep_names(tx, facts.iter().map(|Heard { time, fact, .. }| (*time, &*fact.agency, &*fact.name_fa)))
            .await
    }
}
