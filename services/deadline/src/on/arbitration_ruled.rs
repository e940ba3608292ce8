//! The arbiter ruled: that clock ends, the agency's begins with its own referral.

use anyhow::Result;
use contracts::required_instant;
use contracts::routing::ArbitrationRuled as Fact;
use outbox::{Hear, Heard, Tx};

use super::fold::Clocks;
use super::read;
use crate::domain::clock::{End, Ending};

/// Ends the arbiter's clock.
pub struct ArbitrationRuled(pub Clocks);

impl Hear for ArbitrationRuled {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let end = |fact: &Fact| {
            let at = read("ruled_at", required_instant(fact.ruled_at.as_ref()))?;
            Ok((read("arbitration_id", fact.arbitration_id.parse())?, End { at, how: Ending::Answered }))
        };
        self.0.end(tx, facts, end).await
    }
}
