//! The agency answered: its clock ends.

use anyhow::Result;
use contracts::required_instant;
use contracts::routing::ReferralAnswered as Fact;
use outbox::{Hear, Heard, Tx};

use super::fold::{Batch, Clocks};
use super::read;
use crate::domain::clock::{End, News};
use crate::store::policies;

/// Ends the referral's clock.
pub struct ReferralAnswered(pub Clocks);

impl Hear for ReferralAnswered {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let policies = policies::all(tx.connection()).await?;
        let mut batch = Batch::new();
        for heard in facts {
            let referral_id = read("referral_id", heard.fact.referral_id.parse())?;
            let at = read("answered_at", required_instant(heard.fact.answered_at.as_ref()))?;
            let news = News::Ended(End { at, returned: false });
            batch.entry(referral_id).or_default().push((self.0.time.at(heard.time), news));
        }
        self.0.go_on(tx, &policies, batch).await
    }
}
