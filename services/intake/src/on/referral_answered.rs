//! An agency answered.

use anyhow::Result;
use chassis::clock::Clock;
use contracts::routing::ReferralAnswered as Fact;
use outbox::{Hear, Heard, Tx};

use crate::domain::referral::{ReferralState, answer_text};
use crate::on::{news, tell};

/// Ends the referral, and the case when it was the last one open (rule 4).
pub struct ReferralAnswered {
    /// The deployment's clock.
    pub clock: Clock,
}

impl Hear for ReferralAnswered {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let mut heard = Vec::with_capacity(facts.len());
        for Heard { time, fact, .. } in facts {
            let mut news =
                news(&fact.case_id, &fact.referral_id, &fact.agency, ReferralState::Answered, *time)?;
            news.referral.round = fact.round;
            news.referral.answer = answer_text(&fact.text, &fact.legal_reason);
            heard.push(news);
        }
        tell(tx, &self.clock, &heard).await
    }
}
