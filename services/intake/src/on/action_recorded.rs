//! An agency accepted a referral or made progress.

use anyhow::Result;
use chassis::clock::Clock;
use contracts::routing::ActionRecorded as Fact;
use outbox::{Hear, Heard, Tx};

use crate::domain::referral::ReferralState;
use crate::on::{news, tell};

/// Shows the case as accepted: progress without acceptance is acceptance too.
pub struct ActionRecorded {
    /// The deployment's clock.
    pub clock: Clock,
}

impl Hear for ActionRecorded {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let read = |Heard { time, fact, .. }: &Heard<Fact>| {
            news(&fact.case_id, &fact.referral_id, &fact.agency, ReferralState::Accepted, *time)
        };
        tell(tx, &self.clock, &facts.iter().map(read).collect::<Result<Vec<_>>>()?).await
    }
}
