//! A referral has another deadline: a closure, an extension, documents that are waited for (rule 7).

use anyhow::Result;
use contracts::deadline::DeadlineMoved as Fact;
use contracts::optional_instant;
use outbox::{Hear, Heard, Tx};

use crate::on::keep_dues;

/// Shows the new deadline as the case's; deadline's latest word counts.
pub struct DeadlineMoved;

impl Hear for DeadlineMoved {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let said = facts.iter().map(|Heard { time, fact, .. }| {
            (*time, &*fact.referral_id, optional_instant(fact.due_at.as_ref()))
        });
        keep_dues(tx, said).await
    }
}
