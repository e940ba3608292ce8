//! Keeps where the deadlines of referrals stand.

use std::collections::BTreeMap;

use anyhow::Result;
use contracts::{IdError, ReferralId, optional_instant};
use outbox::{Tx, refuse};

use crate::store::case_files::{Due, save_dues};

/// What a fact says of one referral's deadline: the highest `epoch` says where it stands.
pub(super) fn said(
    referral_id: &str,
    due_at: Option<&prost_types::Timestamp>,
    epoch: u32,
) -> Result<(ReferralId, Due)> {
    let referral = referral_id.parse().map_err(|error: IdError| refuse(error.to_string()))?;
    let due_at = optional_instant(due_at).map_err(|error| refuse(error.to_string()))?;
    Ok((referral, Due { epoch, due_at }))
}

/// Keeps the latest word on each referral, in whatever order they come.
pub(super) async fn keep(tx: &mut Tx, said: impl Iterator<Item = Result<(ReferralId, Due)>>) -> Result<()> {
    let mut dues: BTreeMap<ReferralId, Due> = BTreeMap::new();
    for said in said {
        let (referral, due) = said?;
        let known = dues.entry(referral).or_insert(due);
        if known.epoch < due.epoch {
            *known = due;
        }
    }
    Ok(save_dues(tx.connection(), &dues).await?)
}
