//! A case was sent to an agency.

use anyhow::Result;
use chassis::clock::Clock;
use contracts::optional_instant;
use contracts::routing::ReferralIssued as Fact;
use outbox::{Hear, Heard, Tx, refuse};

use crate::domain::referral::ReferralState;
use crate::on::{news, tell};

/// Shows the case as referred, and who holds it.
pub struct ReferralIssued {
    /// The deployment's clock.
    pub clock: Clock,
}

impl Hear for ReferralIssued {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let mut heard = Vec::with_capacity(facts.len());
        for Heard { time, fact, .. } in facts {
            let mut news =
                news(&fact.case_id, &fact.referral_id, &fact.agency, ReferralState::Issued, *time)?;
            let issued_at =
                optional_instant(fact.issued_at.as_ref()).map_err(|error| refuse(error.to_string()))?;
            news.referral.name_fa.clone_from(&fact.agency_name_fa);
            news.referral.round = fact.round;
            news.referral.since = Some(issued_at.unwrap_or(*time));
            heard.push(news);
        }
        tell(tx, &self.clock, &heard).await
    }
}
