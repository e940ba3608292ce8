//! A referral's deadline is known.

use anyhow::Result;
use contracts::deadline::DeadlineSet as Fact;
use outbox::{Hear, Heard, Tx};

use super::due::{keep, said};

/// Shows the referral's deadline as the case's, until it moves.
pub struct DeadlineSet;

impl Hear for DeadlineSet {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        keep(tx, facts.iter().map(|heard| said(&heard.fact.referral_id, heard.fact.due_at.as_ref(), 0))).await
    }
}
