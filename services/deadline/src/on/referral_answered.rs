//! The agency answered: its clock ends.

use anyhow::Result;
use contracts::required_instant;
use contracts::routing::ReferralAnswered as Fact;
use outbox::{Hear, Heard, Tx};

use super::fold::Clocks;
use super::read;
use crate::domain::clock::{End, Ending};

/// Ends the referral's clock.
pub struct ReferralAnswered(pub Clocks);

impl Hear for ReferralAnswered {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let end = |fact: &Fact| {
            let at = read("answered_at", required_instant(fact.answered_at.as_ref()))?;
            Ok((read("referral_id", fact.referral_id.parse())?, End { at, how: Ending::Answered }))
        };
        self.0.end(tx, facts, end).await
    }
}
