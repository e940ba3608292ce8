//! An agency said that the case is not its own.

use anyhow::Result;
use chassis::clock::Clock;
use contracts::routing::ReferralReturned as Fact;
use outbox::{Hear, Heard, Tx};

use crate::domain::referral::ReferralState;
use crate::on::{news, tell};

/// Ends the referral; the case waits for the next round (rule 4).
pub struct ReferralReturned {
    /// The deployment's clock.
    pub clock: Clock,
}

impl Hear for ReferralReturned {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let mut heard = Vec::with_capacity(facts.len());
        for Heard { time, fact, .. } in facts {
            let mut news =
                news(&fact.case_id, &fact.referral_id, &fact.agency, ReferralState::Returned, *time)?;
            news.referral.round = fact.round;
            heard.push(news);
        }
        tell(tx, &self.clock, &heard).await
    }
}
