//! An agency is there, or called otherwise: management reads its name, not its code.

use anyhow::Result;
use contracts::Fact;
use contracts::routing::{AgencyChanged, AgencyRegistered};
use outbox::{Hear, Heard, Tx};

use crate::store::escalations;

/// Keeps what agencies are called.
pub struct Called<F> {
    /// Code and name, as such a fact bears them.
    pub name: fn(&F) -> (&str, &str),
}

/// Of a new agency.
#[must_use]
pub fn registered(fact: &AgencyRegistered) -> (&str, &str) {
    (&fact.agency, &fact.name_fa)
}

/// Of one that changed.
#[must_use]
pub fn changed(fact: &AgencyChanged) -> (&str, &str) {
    (&fact.agency, &fact.name_fa)
}

impl<F: Fact> Hear for Called<F> {
    type Fact = F;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<F>]) -> Result<()> {
        let named = |heard: &Heard<F>| {
            let (code, name) = (self.name)(&heard.fact);
            (code.to_owned(), name.to_owned(), heard.time)
        };
        escalations::call(tx.connection(), &facts.iter().map(named).collect::<Vec<_>>()).await
    }
}
