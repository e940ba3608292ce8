//! A reviewer gave an answer back: the agency's clock goes on, without the time that the reviewer had it.

use anyhow::Result;
use contracts::required_instant;
use contracts::routing::AnswerRejected as Fact;
use outbox::{Hear, Heard, Tx};

use super::fold::Clocks;
use super::read;
use crate::domain::adjustment::{Adjustment, What};

/// Lets the referral's clock go on.
pub struct AnswerRejected(pub Clocks);

impl Hear for AnswerRejected {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        // It says both ends of the review, so that it may overtake the word that the answer is held.
        let adjustments = |fact: &Fact| {
            let held_at = read("held_at", required_instant(fact.held_at.as_ref()))?;
            let back_at = read("rejected_at", required_instant(fact.rejected_at.as_ref()))?;
            let id = read("action_id", fact.action_id.parse())?;
            let held = Adjustment { at: held_at, id, what: What::AnswerHeld };
            let back = Adjustment { at: back_at, id, what: What::AnswerGivenBack };
            Ok((read("referral_id", fact.referral_id.parse())?, [held, back]))
        };
        self.0.adjust(tx, facts, adjustments).await
    }
}
