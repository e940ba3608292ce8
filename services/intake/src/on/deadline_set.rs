//! A referral's deadline is known.

use anyhow::Result;
use contracts::deadline::DeadlineSet as Fact;
use contracts::optional_instant;
use outbox::{Hear, Heard, Tx};

use crate::on::keep_dues;

/// Shows the referral's deadline as the case's; deadline's latest word counts.
pub struct DeadlineSet;

impl Hear for DeadlineSet {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let said = facts.iter().map(|Heard { time, fact, .. }| {
            (*time, &*fact.referral_id, optional_instant(fact.due_at.as_ref()))
        });
        keep_dues(tx, said).await
    }
}
