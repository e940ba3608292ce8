//! The case is answered: the citizen is told the answer.

use anyhow::Result;
use chassis::clock::Clock;
use contracts::intake::CaseClosed as Fact;
use outbox::{Hear, Heard, Tx};

use super::{read, tell};
use crate::domain::notice::{Details, Draft, Template, excerpt};

/// Tells the answer.
pub struct CaseClosed {
    /// The deployment's clock.
    pub clock: Clock,
}

impl Hear for CaseClosed {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let mut drafts = Vec::with_capacity(facts.len());
        for heard in facts {
            drafts.push(Draft {
                case_id: read("case_id", heard.fact.case_id.parse())?,
                province: heard.fact.province.clone(),
                cause: heard.id,
                template: Template::Closed,
                details: Details { answer: excerpt(&heard.fact.answer), ..Default::default() },
                created_at: self.clock.at(heard.time),
            });
        }
        tell(tx, drafts).await
    }
}
