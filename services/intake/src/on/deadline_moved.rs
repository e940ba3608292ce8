//! A referral's deadline is another (rule 7): the case shows the new one.

use anyhow::Result;
use contracts::deadline::DeadlineMoved as Fact;
use outbox::{Hear, Heard, Tx};

use super::due::{keep, said};

/// Shows where the referral's deadline stands.
pub struct DeadlineMoved;

impl Hear for DeadlineMoved {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        keep(
            tx,
            facts.iter().map(|heard| {
                let fact = &heard.fact;
                said(&fact.referral_id, fact.due_at.as_ref(), fact.epoch)
            }),
        )
        .await
    }
}
