//! The province gave the agency more time: the citizen is told how much and why (rule 7: "granted by the province, told to the
//! citizen"). A refusal changes nothing for the citizen, who was told nothing of the asking: the date that was promised stands,
//! and a message that something did not change would only raise the doubt. The agency hears it (`extension_ruled` of routing),
//! and the case's timeline keeps it.

use anyhow::Result;
use contracts::routing::ExtensionRuled as Fact;
use outbox::{Hear, Heard, Tx};

use super::tell::{News, Tell};
use crate::domain::notice::{Details, Template, excerpt};

/// Tells of what was granted.
pub struct ExtensionRuled(pub Tell<Fact>);

impl Hear for ExtensionRuled {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let granted: Vec<_> = facts.iter().filter(|heard| heard.fact.granted).cloned().collect();
        self.0.hear(tx, &granted).await
    }
}

/// How much more time, and why.
#[must_use]
pub fn extension_granted(fact: &Fact) -> News<'_> {
    let (agency, reason) = (fact.agency_name_fa.clone(), excerpt(&fact.reason));
    let details = Details { agency, days: fact.days, reason, ..Default::default() };
    News { case_id: &fact.case_id, province: &fact.province, template: Template::Extended, details }
}
