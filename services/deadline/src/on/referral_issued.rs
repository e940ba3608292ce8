//! An agency must act: its clock starts.

use anyhow::Result;
use contracts::routing::ReferralIssued as Fact;
use contracts::{optional_instant, required_instant};
use outbox::{Hear, Heard, Tx};

use super::fold::{Batch, Clocks};
use super::read;
use crate::domain::clock::{Issue, News};
use crate::domain::rules::Rules;

/// Sets one clock a referral.
pub struct ReferralIssued(pub Clocks);

impl Hear for ReferralIssued {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let rules = self.0.book.current(tx.connection()).await?;
        let mut batch = Batch::new();
        for heard in facts {
            let referral_id = read("referral_id", heard.fact.referral_id.parse())?;
            let news = News::Issued(Box::new(issue(&heard.fact, &rules)?));
            batch.entry(referral_id).or_default().push((self.0.time.at(heard.time), news));
        }
        self.0.begin(tx, &rules, batch).await
    }
}

fn issue(fact: &Fact, rules: &Rules) -> Result<Issue> {
    let starts_at = read("issued_at", required_instant(fact.issued_at.as_ref()))?;
    Ok(Issue {
        case_id: read("case_id", fact.case_id.parse())?,
        agency: fact.agency.clone(),
        province: fact.province.clone(),
        programme: fact.programme.clone(),
        policy: rules.governing(&fact.programme, starts_at).cloned(),
        starts_at,
        target_at: read("target_at", optional_instant(fact.target_at.as_ref()))?,
        due_at: None,
        rules_version: rules.version,
        epoch: 0,
    })
}
