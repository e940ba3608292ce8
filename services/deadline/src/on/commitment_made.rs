//! Something was ordered at a public meeting: it has a clock of its own, under the programme `commitment`.

use anyhow::Result;
use contracts::intake::CommitmentMade as Fact;
use contracts::{CaseId, ReferralId, optional_instant, required_instant};
use outbox::{Hear, Heard, Tx};

use super::fold::{Batch, Clocks};
use super::item::Item;
use super::read;
use crate::domain::clock::News;
use crate::domain::rules::Rules;

/// The programme whose policy governs commitments.
const COMMITMENT: &str = "commitment";

/// Sets one clock a commitment, under the commitment's id.
pub struct CommitmentMade(pub Clocks);

impl Hear for CommitmentMade {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let rules = self.0.book.current(tx.connection()).await?;
        let mut batch = Batch::new();
        for heard in facts {
            let id: ReferralId = read("commitment_id", heard.fact.commitment_id.parse())?;
            let news = issued(&heard.fact, id, &rules)?;
            batch.entry(id).or_default().push((self.0.time.at(heard.time), news));
        }
        self.0.begin(tx, &rules, batch).await
    }
}

/// It stands for itself: the date of what was ordered is not the date of the citizen's case, whose referrals go on.
fn issued(fact: &Fact, id: ReferralId, rules: &Rules) -> Result<News> {
    let item = Item {
        programme: COMMITMENT,
        case_id: CaseId(id.0),
        agency: &fact.agency,
        province: &fact.province,
        starts_at: read("made_at", required_instant(fact.made_at.as_ref()))?,
        target_at: read("due_at", optional_instant(fact.due_at.as_ref()))?,
    };
    Ok(item.issued(rules))
}
