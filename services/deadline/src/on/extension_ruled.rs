//! The province granted or refused an extension: the clock moves by what was granted (rule 7).

use anyhow::Result;
use contracts::required_instant;
use contracts::routing::ExtensionRuled as Fact;
use outbox::{Hear, Heard, Tx};

use super::fold::Clocks;
use super::read;
use crate::domain::adjustment::{Adjustment, What};

/// Moves the referral's clock.
pub struct ExtensionRuled(pub Clocks);

impl Hear for ExtensionRuled {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let adjustment = |fact: &Fact| {
            let at = read("ruled_at", required_instant(fact.ruled_at.as_ref()))?;
            let id = read("action_id", fact.action_id.parse())?;
            let what = if fact.granted { What::Granted(fact.days) } else { What::Refused };
            Ok((read("referral_id", fact.referral_id.parse())?, [Adjustment { at, id, what }]))
        };
        self.0.adjust(tx, facts, adjustment).await
    }
}
