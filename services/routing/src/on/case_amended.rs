//! The citizen added to a case (rule 3): whoever gets it from now on reads it, and whoever has it is told.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Result, ensure};
use chassis::clock::Clock;
use contracts::intake::{CaseAmended as Fact, CaseRegistered};
use contracts::routing::ReferralAmended;
use contracts::{CaseId, timestamp};
use jiff::Timestamp;
use outbox::{Hear, Heard, Tx, refuse};
use uuid::Uuid;

use crate::domain::referral::Referral;
use crate::domain::statement::amended;
use crate::store::amendments::{self, Key};
use crate::store::catalogue::Catalogues;
use crate::store::{referrals, reopenings};

/// Restates amended cases.
pub struct CaseAmended {
    /// In which format agencies hear of it.
    pub catalogues: Catalogues,
    /// When it is done.
    pub clock: Clock,
}

impl Hear for CaseAmended {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        // Sorted, as registrations are: replicas do not wait for each other in a circle.
        let mut added: BTreeMap<Key, (Timestamp, &str)> = BTreeMap::new();
        for Heard { time, fact, .. } in facts {
            added.entry(key(fact)?).or_insert((self.clock.at(*time), fact.statement.as_str()));
        }
        let ids: Vec<Uuid> = added.keys().map(|(case, _)| case.0).collect();
        let known = reopenings::lock(tx.connection(), &ids).await?;
        // Its registration was stated before it: heard again later, it is there.
        ensure!(added.keys().all(|(case, _)| known.contains_key(case)), "its case is not known yet");
        let keys: Vec<Key> = added.keys().copied().collect();
        let new = amendments::insert(tx.connection(), &keys).await?;
        added.retain(|key, _| new.contains(key));
        if added.is_empty() {
            return Ok(());
        }
        let mut restated: BTreeMap<CaseId, CaseRegistered> = BTreeMap::new();
        for ((case, _), (_, statement)) in &added {
            // Of a case that was withdrawn before it was heard of nothing is kept.
            let Some(standing) = known.get(case).filter(|known| !known.registered.case_id.is_empty()) else {
                continue;
            };
            let case = restated.entry(*case).or_insert_with(|| standing.registered.clone());
            case.statement = amended(&case.statement, statement);
        }
        reopenings::restate(
            tx.connection(),
            &restated.iter().map(|(id, case)| (*id, case)).collect::<Vec<_>>(),
        )
        .await?;
        self.tell(tx, &added).await
    }
}

impl CaseAmended {
    /// Tells the agencies that have the cases, in the format that each reads.
    async fn tell(&self, tx: &mut Tx, added: &BTreeMap<Key, (Timestamp, &str)>) -> Result<()> {
        let edition = self.catalogues.current(tx.connection()).await?;
        let cases: Vec<CaseId> = added.keys().map(|(case, _)| *case).collect();
        let mut holders: HashMap<CaseId, Vec<Referral>> = HashMap::new();
        for referral in referrals::lock_open(tx.connection(), &cases).await? {
            holders.entry(referral.case_id).or_default().push(referral);
        }
        for ((case, amendment), (at, statement)) in added {
            for referral in holders.get(case).into_iter().flatten() {
                let fact = fact(referral, *amendment, statement, *at);
                tx.emit_written(*at, edition.content_type(&referral.agency), &fact)?;
            }
        }
        Ok(())
    }
}

fn key(fact: &Fact) -> Result<Key> {
    let case = fact.case_id.parse().map_err(|_| refuse("its case_id is no UUID"))?;
    let contact = fact.contact_id.parse().map_err(|_| refuse("its contact_id is no UUID"))?;
    Ok((case, contact))
}

fn fact(referral: &Referral, amendment: Uuid, statement: &str, at: Timestamp) -> ReferralAmended {
    ReferralAmended {
        amendment_id: amendment.to_string(),
        referral_id: referral.referral_id.to_string(),
        case_id: referral.case_id.to_string(),
        agency: referral.agency.clone(),
        province: referral.province.clone(),
        round: referral.round,
        statement: statement.to_owned(),
        amended_at: Some(timestamp(at)),
    }
}
