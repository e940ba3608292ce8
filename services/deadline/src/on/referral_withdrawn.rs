//! The citizen withdrew the case: nothing is owed, and the clock ends.

use anyhow::Result;
use contracts::required_instant;
use contracts::routing::ReferralWithdrawn as Fact;
use outbox::{Hear, Heard, Tx};

use super::fold::Clocks;
use super::read;
use crate::domain::clock::{End, Ending};

/// Ends the referral's clock.
pub struct ReferralWithdrawn(pub Clocks);

impl Hear for ReferralWithdrawn {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let end = |fact: &Fact| {
            let at = read("withdrawn_at", required_instant(fact.withdrawn_at.as_ref()))?;
            Ok((read("referral_id", fact.referral_id.parse())?, End { at, how: Ending::Withdrawn }))
        };
        self.0.end(tx, facts, end).await
    }
}
