//! An agency must act: the citizen is told who holds the case.

use anyhow::Result;
use chassis::clock::Clock;
use contracts::routing::ReferralIssued as Fact;
use outbox::{Hear, Heard, Tx};

use super::{read, tell};
use crate::domain::notice::{Details, Draft, Template};

/// Tells who holds the case.
pub struct ReferralIssued {
    /// The deployment's clock.
    pub clock: Clock,
}

impl Hear for ReferralIssued {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let mut drafts = Vec::with_capacity(facts.len());
        for heard in facts {
            drafts.push(Draft {
                case_id: read("case_id", heard.fact.case_id.parse())?,
                province: heard.fact.province.clone(),
                cause: heard.id,
                template: Template::Referred,
                details: Details { agency: heard.fact.agency_name_fa.clone(), ..Default::default() },
                created_at: self.clock.at(heard.time),
            });
        }
        tell(tx, drafts).await
    }
}
