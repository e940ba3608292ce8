//! The agency asked for the citizen's documents: its clock stands still, for at most what the policy allows.

use anyhow::Result;
use contracts::required_instant;
use contracts::routing::DocumentsAsked as Fact;
use outbox::{Hear, Heard, Tx};

use super::fold::Clocks;
use super::read;
use crate::domain::adjustment::{Adjustment, What};

/// Stops the referral's clock.
pub struct DocumentsAsked(pub Clocks);

impl Hear for DocumentsAsked {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let adjustment = |fact: &Fact| {
            let at = read("asked_at", required_instant(fact.asked_at.as_ref()))?;
            let id = read("action_id", fact.action_id.parse())?;
            let what = What::DocumentsAsked;
            Ok((read("referral_id", fact.referral_id.parse())?, [Adjustment { at, id, what }]))
        };
        self.0.adjust(tx, facts, adjustment).await
    }
}
