//! A commitment was kept or broken: its clock ends.

use anyhow::Result;
use contracts::intake::{CommitmentOutcome, CommitmentSettled as Fact};
use contracts::required_instant;
use outbox::{Hear, Heard, Tx};

use super::fold::Clocks;
use super::read;
use crate::domain::clock::{End, Ending};

/// Ends the commitment's clock.
pub struct CommitmentSettled(pub Clocks);

impl Hear for CommitmentSettled {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let end = |fact: &Fact| {
            let at = read("settled_at", required_instant(fact.settled_at.as_ref()))?;
            // What was broken was not answered: nothing is waited for any more.
            let kept = fact.outcome() == CommitmentOutcome::Kept;
            let how = if kept { Ending::Answered } else { Ending::Withdrawn };
            Ok((read("commitment_id", fact.commitment_id.parse())?, End { at, how }))
        };
        self.0.end(tx, facts, end).await
    }
}
