//! Desk policies as they are imported.

use contracts::intake::DeskPolicy as Wire;
use contracts::required_instant;

use super::DeskPolicy;
use crate::domain::contact::Fault;

/// A day of minutes: no lease and no repeat lasts longer.
const MINUTES_MAX: u32 = 24 * 60;
/// Longest patience with an agency that does nothing.
const IDLE_DAYS_MAX: u32 = 365;

/// A policy as version 1.
///
/// # Errors
/// Its first fault, with its name.
pub fn read(policy: &Wire) -> Result<DeskPolicy, Fault> {
    let wrong = |reason: &str| Fault { field: "policies", reason: format!("{}: {reason}", policy.policy) };
    if policy.policy.is_empty() || policy.policy.len() > 100 {
        return Err(wrong("policy must have 1 to 100 characters"));
    }
    if !(1..=MINUTES_MAX).contains(&policy.lease_minutes) || policy.rejoin_minutes > MINUTES_MAX {
        return Err(wrong("lease_minutes must be 1 to 1440, rejoin_minutes at most 1440"));
    }
    if policy.idle_days > IDLE_DAYS_MAX {
        return Err(wrong("idle_days must be at most 365"));
    }
    let valid_from = required_instant(policy.valid_from.as_ref())
        .map_err(|error| wrong(&format!("valid_from: {error}")))?;
    Ok(DeskPolicy {
        policy: policy.policy.clone(),
        version: 1,
        province: policy.province.clone(),
        valid_from,
        citation_required: policy.citation_required,
        lease_minutes: policy.lease_minutes,
        rejoin_minutes: policy.rejoin_minutes,
        idle_days: policy.idle_days,
    })
}
