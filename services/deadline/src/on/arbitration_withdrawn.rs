//! The citizen withdrew the case that an arbiter was to rule on.

use anyhow::Result;
use contracts::required_instant;
use contracts::routing::ArbitrationWithdrawn as Fact;
use outbox::{Hear, Heard, Tx};

use super::fold::Clocks;
use super::read;
use crate::domain::clock::{End, Ending};

/// Ends the arbiter's clock.
pub struct ArbitrationWithdrawn(pub Clocks);

impl Hear for ArbitrationWithdrawn {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let end = |fact: &Fact| {
            let at = read("withdrawn_at", required_instant(fact.withdrawn_at.as_ref()))?;
            Ok((read("arbitration_id", fact.arbitration_id.parse())?, End { at, how: Ending::Withdrawn }))
        };
        self.0.end(tx, facts, end).await
    }
}
