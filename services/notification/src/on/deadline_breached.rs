//! An agency let its time pass: the citizen is told that they may complain of inaction (rule 5).

use anyhow::Result;
use chassis::clock::Clock;
use contracts::deadline::DeadlineBreached as Fact;
use outbox::{Hear, Heard, Tx};

use super::{read, tell};
use crate::domain::notice::{Details, Draft, Template};

/// Tells that one may complain.
pub struct DeadlineBreached {
    /// The deployment's clock.
    pub clock: Clock,
}

impl Hear for DeadlineBreached {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let mut drafts = Vec::with_capacity(facts.len());
        for heard in facts {
            drafts.push(Draft {
                case_id: read("case_id", heard.fact.case_id.parse())?,
                province: heard.fact.province.clone(),
                cause: heard.id,
                template: Template::Breached,
                details: Details::default(),
                created_at: self.clock.at(heard.time),
            });
        }
        tell(tx, drafts).await
    }
}
