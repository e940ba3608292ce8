//! An answer did not solve the matter (domain rule 8): the case goes to the agencies that answered, in another round
//! and with the citizen's words, or to the arbiter.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use chassis::clock::Clock;
use contracts::intake::{CaseRegistered as Registered, CaseReopened as Fact, ReopenedTo};
use contracts::{CaseId, ReferralId};
use outbox::{Hear, Heard, Tx, refuse};
use uuid::Uuid;

use crate::domain::confidential::may_get;
use crate::domain::inaction::complained_of;
use crate::domain::reopening::{decide, restated};
use crate::place::{Placement, place};
use crate::store::catalogue::Catalogues;
use crate::store::reopenings::{self, Key, Standing};

/// Issues another round of reopened cases.
pub struct CaseReopened {
    /// What decides.
    pub catalogues: Catalogues,
    /// When it is decided.
    pub clock: Clock,
}

/// A reopening that was not heard before.
struct Reopening<'a> {
    case_id: CaseId,
    referrals: Vec<ReferralId>,
    heard: &'a Heard<Fact>,
}

impl Hear for CaseReopened {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        // Sorted, so that replicas that hear the same facts do not wait for each other in a circle.
        let mut reopenings: BTreeMap<Key, Reopening<'_>> = BTreeMap::new();
        for heard in facts {
            let reopening = read(heard)?;
            reopenings.entry((reopening.case_id, heard.fact.reopening)).or_insert(reopening);
        }
        let keys: Vec<Key> = reopenings.keys().copied().collect();
        let ids: Vec<Uuid> = keys.iter().map(|(case, _)| case.0).collect();
        let mut standing = reopenings::lock(tx.connection(), &ids).await?;
        if keys.iter().any(|(case, _)| !standing.contains_key(case)) {
            // Whoever reopens a case was answered by a referral of ours: a stranger means a lost or foreign database.
            return Err(refuse("its case is not in this database"));
        }
        let new = reopenings::insert(tx.connection(), &keys).await?;
        reopenings.retain(|key, _| new.contains(key));
        if reopenings.is_empty() {
            return Ok(());
        }
        let referrals: Vec<Uuid> =
            reopenings.values().flat_map(|r| r.referrals.iter().map(|id| id.0)).collect();
        let agencies = reopenings::agencies(tx.connection(), &referrals).await?;
        let mut placements = Vec::with_capacity(reopenings.len());
        for reopening in reopenings.values() {
            if let Some(standing) = standing.get_mut(&reopening.case_id) {
                placements.push(self.next_round(reopening, standing, &agencies));
            }
        }
        let restated: BTreeMap<CaseId, _> = placements.iter().map(|p| (p.case_id, &p.case)).collect();
        reopenings::restate(tx.connection(), &restated.into_iter().collect::<Vec<_>>()).await?;
        let edition = self.catalogues.current(tx.connection()).await?;
        place(tx, &edition, &self.clock, &placements).await.map(drop)
    }
}

impl CaseReopened {
    /// The placement of the round that a reopening begins.
    fn next_round(
        &self,
        reopening: &Reopening<'_>,
        standing: &mut Standing,
        agencies: &HashMap<ReferralId, String>,
    ) -> Placement {
        let fact = &reopening.heard.fact;
        standing.last_round += 1;
        standing.registered.statement = restated(&standing.registered.statement, &fact.statement);
        let mut answered_by: Vec<String> =
            reopening.referrals.iter().filter_map(|id| agencies.get(id).cloned()).collect();
        let Registered { about_agency, about_manager_agency, .. } = &standing.registered;
        answered_by.retain(|agency| may_get(agency, about_manager_agency));
        answered_by.sort();
        answered_by.dedup();
        Placement {
            case_id: reopening.case_id,
            case: standing.registered.clone(),
            round: standing.last_round,
            tried: answered_by.clone(),
            decision: decide(fact.to() == ReopenedTo::Arbiter, answered_by),
            at: self.clock.at(reopening.heard.time),
            is_ruled: complained_of(about_agency, about_manager_agency).is_some(),
        }
    }
}

fn read(heard: &Heard<Fact>) -> Result<Reopening<'_>> {
    let fact = &heard.fact;
    let case_id = fact.case_id.parse().map_err(|_| refuse("its case_id is no UUID"))?;
    let referrals = fact.referral_ids.iter().map(|id| id.parse());
    let referrals =
        referrals.collect::<Result<_, _>>().map_err(|_| refuse("one of its referral_ids is no UUID"))?;
    Ok(Reopening { case_id, referrals, heard })
}
