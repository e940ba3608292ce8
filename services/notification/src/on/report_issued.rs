//! The report of a month or quarter is made: provincial management, or for the whole country the national monitor, gets
//! it (rule 10), each of them once.

use std::collections::BTreeSet;

use anyhow::Result;
use chassis::clock::Clock;
use contracts::audit::ReportIssued as Fact;
use jiff::Timestamp;
use outbox::{Hear, Heard, Tx};
use uuid::Uuid;

use crate::domain::notice::{Details, Document, Draft, Template, To};
use crate::store::documents;
use crate::store::notices::{self, State};
use crate::store::recipients;

/// Makes one notice of each report for each recipient.
pub struct ReportIssued {
    /// The deployment's clock.
    pub clock: Clock,
}

impl Hear for ReportIssued {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let provinces: BTreeSet<&str> = facts.iter().map(|heard| heard.fact.province.as_str()).collect();
        let provinces: Vec<&str> = provinces.into_iter().collect();
        let told = recipients::of(tx.connection(), &provinces).await?;
        let (mut drafts, mut enclosed) = (Vec::new(), Vec::new());
        for heard in facts {
            let Some(recipients) = told.get(&heard.fact.province) else {
                tracing::warn!(
                    province = heard.fact.province,
                    period = heard.fact.period,
                    "nobody gets this report: import recipients"
                );
                continue;
            };
            let documents = documents_of(&heard.fact);
            let details = details(&heard.fact, &documents);
            drafts.extend(recipients.iter().map(|recipient| self.draft(heard, recipient, &details)));
            enclosed.extend(documents.into_iter().map(|document| (heard.id.0, document)));
        }
        if drafts.is_empty() {
            return Ok(());
        }
        notices::add(tx.connection(), &drafts).await?;
        keep(tx, &enclosed).await
    }
}

impl ReportIssued {
    fn draft(&self, heard: &Heard<Fact>, recipient: &str, details: &Details) -> (Draft, State) {
        let draft = Draft {
            to: To::Staff(recipient.to_owned()),
            province: heard.fact.province.clone(),
            cause: heard.id,
            template: Template::Report,
            details: details.clone(),
            created_at: self.clock.at(heard.time),
            not_before: Timestamp::UNIX_EPOCH,
        };
        (draft, State::Pending)
    }
}

async fn keep(tx: &mut Tx, enclosed: &[(Uuid, Document)]) -> Result<()> {
    if enclosed.is_empty() { Ok(()) } else { documents::add(tx.connection(), enclosed).await }
}

/// `samad-1404-07-fars.pdf`; for the whole country `samad-1404-07.pdf`.
fn documents_of(fact: &Fact) -> Vec<Document> {
    let province = if fact.province.is_empty() { String::new() } else { format!("-{}", fact.province) };
    let made = [("pdf", &fact.pdf), ("xlsx", &fact.xlsx)].into_iter().filter(|(_, bytes)| !bytes.is_empty());
    let document = |(ending, bytes): (&str, &Vec<u8>)| Document {
        name: format!("samad-{}{province}.{ending}", fact.period),
        bytes: bytes.clone(),
    };
    made.map(document).collect()
}

fn details(fact: &Fact, documents: &[Document]) -> Details {
    let of = if fact.period.contains('q') { "quarter" } else { "month" };
    let province =
        if fact.province.is_empty() { String::new() } else { format!(" --province {}", fact.province) };
    let place = if fact.province_fa.is_empty() { &fact.province } else { &fact.province_fa };
    Details {
        period: fact.period_fa.clone(),
        place: place.clone(),
        again: format!("samad report --{of} {}{province}", fact.period),
        enclosed: documents.iter().map(|document| document.name.clone()).collect(),
        ..Default::default()
    }
}
