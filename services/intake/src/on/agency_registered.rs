//! An agency joined.

use anyhow::Result;
use contracts::routing::AgencyRegistered as Fact;
use outbox::{Hear, Heard, Tx};

use crate::on::keep_names;

/// Keeps the agency's Persian name.
pub struct AgencyRegistered;

impl Hear for AgencyRegistered {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        keep_names(tx, facts.iter().map(|Heard { time, fact, .. }| (*time, &*fact.agency, &*fact.name_fa)))
            .await
    }
}
