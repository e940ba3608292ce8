//! The citizen's documents came: the agency's clock goes on.

use anyhow::Result;
use contracts::required_instant;
use contracts::routing::DocumentsReceived as Fact;
use outbox::{Hear, Heard, Tx};

use super::fold::Clocks;
use super::read;
use crate::domain::adjustment::{Adjustment, What};

/// Lets the referral's clock go on.
pub struct DocumentsReceived(pub Clocks);

impl Hear for DocumentsReceived {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let adjustment = |fact: &Fact| {
            let at = read("received_at", required_instant(fact.received_at.as_ref()))?;
            let id = read("action_id", fact.action_id.parse())?;
            let what = What::DocumentsCame;
            Ok((read("referral_id", fact.referral_id.parse())?, [Adjustment { at, id, what }]))
        };
        self.0.adjust(tx, facts, adjustment).await
    }
}
