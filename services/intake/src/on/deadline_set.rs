//! A referral's deadline is known.

use std::collections::BTreeMap;

use anyhow::Result;
use contracts::deadline::DeadlineSet as Fact;
use contracts::{ReferralId, optional_instant};
use outbox::{Hear, Heard, Tx, refuse};

use crate::store::case_files::{Due, save_dues};

/// Shows the referral's deadline as the case's; deadline's latest word counts.
pub struct DeadlineSet;

impl Hear for DeadlineSet {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let mut dues: BTreeMap<ReferralId, Due> = BTreeMap::new();
        for Heard { time, fact, .. } in facts {
            let referral =
                fact.referral_id.parse().map_err(|error: contracts::IdError| refuse(error.to_string()))?;
            let due_at = optional_instant(fact.due_at.as_ref()).map_err(|error| refuse(error.to_string()))?;
            let due = Due { due_at, said_at: *time };
            let known = dues.entry(referral).or_insert(due);
            if known.said_at < due.said_at {
                *known = due;
            }
        }
        Ok(save_dues(tx.connection(), &dues).await?)
    }
}
