//! What intake does when it hears a fact.

pub mod action_recorded;
pub mod agency_changed;
pub mod agency_registered;
pub mod calendar_adopted;
pub mod callback_drawn;
pub mod closure_announced;
pub mod closure_revoked;
pub mod days_off;
pub mod deadline_moved;
pub mod deadline_set;
mod due;
pub mod policy_adopted;
pub mod referral_answered;
pub mod referral_issued;
pub mod referral_returned;
pub mod tell_cases;

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::Timestamp;
use outbox::Tx;

use crate::store;

/// Keeps agencies' Persian names, of several the latest said: when, which agency, and its name.
async fn keep_names<'a>(
    tx: &mut Tx,
    said: impl Iterator<Item = (Timestamp, &'a str, &'a str)>,
) -> Result<()> {
    let mut names = BTreeMap::new();
    for (time, agency, name_fa) in said {
        let known = names.entry(agency).or_insert((time, name_fa));
        *known = (time, name_fa).max(*known);
    }
    Ok(store::agencies::name(tx.connection(), &names).await?)
}
