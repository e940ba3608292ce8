//! A call was recorded instead of answered (rule 1): it is to be followed up, under the programme `voicemail`.

use anyhow::Result;
use contracts::intake::VoicemailRecorded as Fact;
use contracts::{CaseId, ReferralId, required_instant};
use outbox::{Hear, Heard, Tx};

use super::fold::{Batch, Clocks};
use super::item::Item;
use super::read;
use crate::domain::clock::News;
use crate::domain::rules::Rules;

/// The programme whose policy governs recorded calls.
const VOICEMAIL: &str = "voicemail";

/// Sets one clock an item of the work list, under the item's id.
pub struct VoicemailRecorded(pub Clocks);

impl Hear for VoicemailRecorded {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let rules = self.0.book.current(tx.connection()).await?;
        let mut batch = Batch::new();
        for heard in facts {
            let id: ReferralId = read("item_id", heard.fact.item_id.parse())?;
            let news = issued(&heard.fact, id, &rules)?;
            batch.entry(id).or_default().push((self.0.time.at(heard.time), news));
        }
        self.0.begin(tx, &rules, batch).await
    }
}

/// No agency holds it and it is nobody's case yet: what is late here is the centre's own.
fn issued(fact: &Fact, id: ReferralId, rules: &Rules) -> Result<News> {
    let item = Item {
        programme: VOICEMAIL,
        case_id: CaseId(id.0),
        agency: "",
        province: &fact.province,
        starts_at: read("received_at", required_instant(fact.received_at.as_ref()))?,
        target_at: None,
    };
    Ok(item.issued(rules))
}
