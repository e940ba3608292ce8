//! A case was registered: refer it to the agency that a rule names, or put it on the desk.

use std::collections::BTreeMap;

use anyhow::Result;
use chassis::clock::Clock;
use contracts::CaseId;
use contracts::intake::CaseRegistered as Fact;
use outbox::{Hear, Heard, Tx, refuse};

use crate::domain::confidential::past_manager;
use crate::domain::import::is_token;
use crate::domain::inaction::{complained_of, to_itself};
use crate::domain::next_round::{Decision, Question, decide};
use crate::place::{Placement, place};
use crate::store;
use crate::store::catalogue::{Catalogues, Edition};

/// Issues the first referral of new cases.
pub struct CaseRegistered {
    /// What decides.
    pub catalogues: Catalogues,
    /// When it is decided.
    pub clock: Clock,
}

impl Hear for CaseRegistered {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let edition = self.catalogues.current(tx.connection()).await?;
        // Sorted, so that replicas that insert the same cases do not wait for each other in a circle.
        let mut cases = BTreeMap::new();
        for heard in facts {
            cases.entry(case_id(&heard.fact)?).or_insert_with(|| {
                let mut case = heard.fact.clone();
                // Whom to tell is notification's to know.
                case.sealed_contact_point = Vec::new();
                (case, heard.time)
            });
        }
        let new =
            store::cases::insert(tx.connection(), cases.iter().map(|(id, (case, _))| (*id, case))).await?;
        let placements: Vec<Placement> = cases
            .into_iter()
            .filter(|(id, _)| new.contains(id))
            .map(|(case_id, (case, time))| Placement {
                case_id,
                decision: first_round(&edition, &case),
                is_ruled: complained_of(&case.about_agency, &case.about_manager_agency).is_some(),
                case,
                round: 1,
                tried: Vec::new(),
                at: self.clock.at(time),
            })
            .collect();
        place(tx, &edition, &self.clock, &placements).await.map(drop)
    }
}

/// The case's id, if the fact can be stored and its facts can have a subject.
fn case_id(case: &Fact) -> Result<CaseId> {
    let id: CaseId = case.case_id.parse().map_err(|_| refuse("its case_id is no UUID"))?;
    if !is_token(&case.province) {
        return Err(refuse("its province is no province code"));
    }
    if case.topic.contains('\0') {
        return Err(refuse("its topic holds a NUL character"));
    }
    Ok(id)
}

fn first_round(edition: &Edition, case: &Fact) -> Decision {
    if !case.about_manager_agency.is_empty() {
        return past_manager(&edition.catalogue, &case.about_manager_agency, &[]);
    }
    if let Some(agency) = complained_of(&case.about_agency, &case.about_manager_agency) {
        return to_itself(&edition.catalogue, agency);
    }
    let question = Question {
        topic: &case.topic,
        province: &case.province,
        county: &case.county,
        returns: 0,
        returns_before_arbitration: 0,
        tried: &[],
        suggested: "",
    };
    decide(&edition.catalogue, &question)
}
