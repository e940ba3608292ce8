//! An operator followed a recorded call up: its clock ends.

use anyhow::Result;
use contracts::intake::VoicemailFollowedUp as Fact;
use contracts::required_instant;
use outbox::{Hear, Heard, Tx};

use super::fold::Clocks;
use super::read;
use crate::domain::clock::{End, Ending};

/// Ends the item's clock.
pub struct VoicemailFollowedUp(pub Clocks);

impl Hear for VoicemailFollowedUp {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let end = |fact: &Fact| {
            let at = read("followed_up_at", required_instant(fact.followed_up_at.as_ref()))?;
            Ok((read("item_id", fact.item_id.parse())?, End { at, how: Ending::Answered }))
        };
        self.0.end(tx, facts, end).await
    }
}
