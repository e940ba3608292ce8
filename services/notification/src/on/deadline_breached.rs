//! An agency let its time pass: the citizen is told that they may complain of inaction (rule 5). A clock that no agency
//! holds, an arbiter's for one, is watched by the province: there is no agency to complain of.

use anyhow::Result;
use contracts::deadline::DeadlineBreached as Fact;
use outbox::{Hear, Heard, Tx};

use super::tell::{News, Tell};
use crate::domain::notice::{Details, Template};

/// Programmes whose clocks are no citizen's case: what was ordered at a public meeting.
const OF_NOBODY: [&str; 1] = ["commitment"];

/// Tells of agencies' breaches.
pub struct DeadlineBreached(pub Tell<Fact>);

impl Hear for DeadlineBreached {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let told = |fact: &Fact| !fact.agency.is_empty() && !OF_NOBODY.contains(&fact.programme.as_str());
        let of_agencies: Vec<_> = facts.iter().filter(|heard| told(&heard.fact)).cloned().collect();
        self.0.hear(tx, &of_agencies).await
    }
}

/// That one may complain.
#[must_use]
pub fn deadline_breached(fact: &Fact) -> News<'_> {
    let (case_id, province) = (fact.case_id.as_str(), fact.province.as_str());
    News { case_id, province, template: Template::Breached, details: Details::default() }
}
