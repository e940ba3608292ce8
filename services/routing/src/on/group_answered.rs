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
        let cases: Vec<Uuid> = members.keys().map(|case| case.0).collect();
        let open = store::groups::open(tx.connection(), &cases).await?;
        let mut ended = store::referrals::lock(tx.connection(), &open).await?;
        // An agency may have answered or returned one before the lock.
        ended.retain(|referral| matches!(referral.state, State::Issued | State::Accepted));
        for referral in &ended {
            if let Some((fact, at)) = members.get(&referral.case_id) {
                tx.emit(*at, &answered(referral, fact, *at));
            }
        }
        let states: Vec<_> = ended.iter().map(|referral| (referral.referral_id, State::Answered)).collect();
        if !states.is_empty() {
            store::referrals::save_states(tx.connection(), &states).await?;
        }
        let latest = members.values().map(|(_, at)| *at).max().unwrap_or_else(|| self.clock.now());
        Ok(store::groups::leave_desk(tx.connection(), &cases, latest).await?)
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
