//! The agency returned what is not its own: its clock ends, the next agency's begins with its own referral.

use anyhow::Result;
use contracts::required_instant;
use contracts::routing::ReferralReturned as Fact;
use outbox::{Hear, Heard, Tx};

use super::fold::Clocks;
use super::read;
use crate::domain::clock::{End, Ending};

/// Ends the referral's clock.
pub struct ReferralReturned(pub Clocks);

impl Hear for ReferralReturned {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let end = |fact: &Fact| {
            let at = read("returned_at", required_instant(fact.returned_at.as_ref()))?;
            Ok((read("referral_id", fact.referral_id.parse())?, End { at, how: Ending::Returned }))
        };
        self.0.end(tx, facts, end).await
    }
}
