//! The citizen withdrew a case: whoever holds it owes nothing more, and nobody else gets it.

use std::collections::BTreeMap;

use anyhow::Result;
use chassis::clock::Clock;
use contracts::intake::CaseWithdrawn as Fact;
use contracts::routing::ReferralWithdrawn;
use contracts::{CaseId, timestamp};
use jiff::Timestamp;
use outbox::{Hear, Heard, Tx, refuse};

use super::let_go::let_go;
use crate::domain::referral::{Referral, State};
use crate::store;
use crate::store::catalogue::Catalogues;

/// Ends the open referrals of withdrawn cases.
pub struct CaseWithdrawn {
    /// In which format agencies hear of it.
    pub catalogues: Catalogues,
    /// When it is done.
    pub clock: Clock,
}

impl Hear for CaseWithdrawn {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        // Sorted, as registrations are: replicas do not wait for each other in a circle.
        let mut cases: BTreeMap<CaseId, (Timestamp, &str)> = BTreeMap::new();
        for Heard { time, fact, .. } in facts {
            let id = fact.case_id.parse().map_err(|_| refuse("its case_id is no UUID"))?;
            cases.entry(id).or_insert((self.clock.at(*time), fact.reason.as_str()));
        }
        let withdrawn =
            store::cases::withdraw(tx.connection(), cases.iter().map(|(id, (at, _))| (*id, *at))).await?;
        if withdrawn.is_empty() {
            return Ok(());
        }
        let edition = self.catalogues.current(tx.connection()).await?;
        let mut ended = store::referrals::lock_open(tx.connection(), &withdrawn).await?;
        for referral in &mut ended {
            referral.state = State::Withdrawn;
            let Some((at, reason)) = cases.get(&referral.case_id) else { continue };
            let fact = ended_by(referral, reason, *at);
            tx.emit_written(*at, edition.content_type(&referral.agency), &fact)?;
        }
        if !ended.is_empty() {
            store::referrals::save(tx.connection(), &ended.iter().collect::<Vec<_>>()).await?;
        }
        let at = cases.values().map(|(at, _)| *at).max().unwrap_or_else(|| self.clock.now());
        let_go(tx, &withdrawn, at).await
    }
}

fn ended_by(referral: &Referral, reason: &str, at: Timestamp) -> ReferralWithdrawn {
    ReferralWithdrawn {
        referral_id: referral.referral_id.to_string(),
        case_id: referral.case_id.to_string(),
        agency: referral.agency.clone(),
        province: referral.province.clone(),
        round: referral.round,
        reason: reason.to_owned(),
        withdrawn_at: Some(timestamp(at)),
    }
}
