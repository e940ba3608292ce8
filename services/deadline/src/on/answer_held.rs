//! An answer waits for a reviewer: until it is reviewed nothing falls due, for it is not the agency that is waited for.

use anyhow::Result;
use contracts::required_instant;
use contracts::routing::AnswerHeld as Fact;
use outbox::{Hear, Heard, Tx};

use super::fold::Clocks;
use super::read;
use crate::domain::adjustment::{Adjustment, What};

/// Holds the referral's clock. An answer that passes ends it at the moment it was given: `referral_answered`.
pub struct AnswerHeld(pub Clocks);

impl Hear for AnswerHeld {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let adjustment = |fact: &Fact| {
            let at = read("held_at", required_instant(fact.held_at.as_ref()))?;
            let id = read("action_id", fact.action_id.parse())?;
            let what = What::AnswerHeld;
            Ok((read("referral_id", fact.referral_id.parse())?, [Adjustment { at, id, what }]))
        };
        self.0.adjust(tx, facts, adjustment).await
    }
}
