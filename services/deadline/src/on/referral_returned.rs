//! The agency returned what is not its own: its clock ends, the next agency's begins with its own referral.

use anyhow::Result;
use contracts::required_instant;
use contracts::routing::ReferralReturned as Fact;
use outbox::{Hear, Heard, Tx};

use super::fold::{Batch, Clocks};
use super::read;
use crate::domain::clock::{End, News};
use crate::store::policies;

/// Ends the referral's clock.
pub struct ReferralReturned(pub Clocks);

impl Hear for ReferralReturned {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let policies = policies::all(tx.connection()).await?;
        let mut batch = Batch::new();
        for heard in facts {
            let referral_id = read("referral_id", heard.fact.referral_id.parse())?;
            let at = read("returned_at", required_instant(heard.fact.returned_at.as_ref()))?;
            let news = News::Ended(End { at, returned: true });
            batch.entry(referral_id).or_default().push((self.0.time.at(heard.time), news));
        }
        self.0.go_on(tx, &policies, batch).await
    }
}
