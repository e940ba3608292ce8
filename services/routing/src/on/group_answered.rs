//! A lead was answered and with it the members of its group: what agencies and the desk still hold of these ends with
//! the same answer, so that nobody works on it twice and no clock runs on.

use std::collections::BTreeMap;

use anyhow::Result;
use chassis::clock::Clock;
use contracts::intake::GroupAnswered as Fact;
use contracts::routing::ReferralAnswered;
use contracts::{CaseId, timestamp};
use jiff::Timestamp;
use outbox::{Hear, Heard, Tx, refuse};
use uuid::Uuid;

use super::let_go::let_go;
use crate::domain::referral::{Referral, State};
use crate::store;

/// Ends the open referrals of members.
pub struct GroupAnswered {
    /// When they end.
    pub clock: Clock,
}

/// With what a member ends, and when.
type Ending<'a> = (&'a Fact, Timestamp);

impl Hear for GroupAnswered {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let mut members: BTreeMap<CaseId, Ending<'_>> = BTreeMap::new();
        for Heard { time, fact, .. } in facts {
            for member in &fact.member_case_ids {
                let member = member.parse().map_err(|_| refuse("one of its member_case_ids is no UUID"))?;
                members.entry(member).or_insert((fact, self.clock.at(*time)));
            }
        }
        let cases: Vec<CaseId> = members.keys().copied().collect();
        let mut ended = store::referrals::lock_open(tx.connection(), &cases).await?;
        for referral in &mut ended {
            referral.state = State::Answered;
            if let Some((fact, at)) = members.get(&referral.case_id) {
                tx.emit(*at, &answered(referral, fact, *at));
            }
        }
        if !ended.is_empty() {
            store::referrals::save(tx.connection(), &ended.iter().collect::<Vec<_>>()).await?;
        }
        let latest = members.values().map(|(_, at)| *at).max().unwrap_or_else(|| self.clock.now());
        let_go(tx, &cases, latest).await
    }
}

fn answered(referral: &Referral, fact: &Fact, at: Timestamp) -> ReferralAnswered {
    let action_id = format!("{}/{}", fact.lead_case_id, referral.referral_id);
    ReferralAnswered {
        referral_id: referral.referral_id.to_string(),
        case_id: referral.case_id.to_string(),
        agency: referral.agency.clone(),
        province: referral.province.clone(),
        round: referral.round,
        // No agency acted: the same for the same lead and referral.
        action_id: Uuid::new_v5(&Uuid::NAMESPACE_OID, action_id.as_bytes()).to_string(),
        text: fact.answer.clone(),
        answered_at: Some(timestamp(at)),
        ..ReferralAnswered::default()
    }
}
