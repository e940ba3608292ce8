//! An arbiter must rule: a clock of the arbiter's own starts, under the id of the arbitration (rule 4).

use anyhow::Result;
use contracts::routing::ArbitrationAsked as Fact;
use contracts::{ReferralId, required_instant};
use outbox::{Hear, Heard, Tx};

use super::fold::{Batch, Clocks};
use super::item::Item;
use super::read;
use crate::domain::clock::News;
use crate::domain::rules::Rules;

/// The programme whose policy governs arbiters.
const PROGRAMME: &str = "arbitration";

/// Sets one clock an arbitration.
pub struct ArbitrationAsked(pub Clocks);

impl Hear for ArbitrationAsked {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let rules = self.0.book.current(tx.connection()).await?;
        let mut batch = Batch::new();
        for heard in facts {
            let id: ReferralId = read("arbitration_id", heard.fact.arbitration_id.parse())?;
            let news = issued(&heard.fact, &rules)?;
            batch.entry(id).or_default().push((self.0.time.at(heard.time), news));
        }
        self.0.begin(tx, &rules, batch).await
    }
}

/// No agency holds it: what is late here is the province's own.
fn issued(fact: &Fact, rules: &Rules) -> Result<News> {
    let item = Item {
        programme: PROGRAMME,
        case_id: read("case_id", fact.case_id.parse())?,
        agency: "",
        province: &fact.province,
        starts_at: read("asked_at", required_instant(fact.asked_at.as_ref()))?,
        target_at: None,
    };
    Ok(item.issued(rules))
}
