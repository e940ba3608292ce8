//! An agency let its time pass: the citizen is told that they may complain of inaction (rule 5). A clock that no agency
//! holds, an arbiter's for one, is watched by the province: there is no agency to complain of.

use anyhow::Result;
use contracts::deadline::DeadlineBreached as Fact;
use outbox::{Hear, Heard, Tx};

use super::tell::{News, Tell};
use crate::domain::notice::{Details, Template};

/// Tells of agencies' breaches.
pub struct DeadlineBreached(pub Tell<Fact>);

impl Hear for DeadlineBreached {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let of_agencies: Vec<_> =
            facts.iter().filter(|heard| !heard.fact.agency.is_empty()).cloned().collect();
        self.0.hear(tx, &of_agencies).await
    }
}

/// That one may complain.
#[must_use]
pub fn deadline_breached(fact: &Fact) -> News<'_> {
    let (case_id, province) = (fact.case_id.as_str(), fact.province.as_str());
    News { case_id, province, template: Template::Breached, details: Details::default() }
}
