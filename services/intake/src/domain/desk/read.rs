//! Desk policies as they are imported.

use contracts::intake::{DeskPolicy as Wire, LastResort as Resort, SameMatterRule};
use contracts::required_instant;

use super::{DeskPolicy, LastResort, SameMatter};
use crate::domain::contact::Fault;

/// A day of minutes: no lease and no repeat lasts longer.
const MINUTES_MAX: u32 = 24 * 60;
/// Longest patience with an agency that does nothing.
const IDLE_DAYS_MAX: u32 = 365;
/// Longest time in which a citizen is asked about an answer.
const FEEDBACK_DAYS_MAX: u32 = 365;
/// A case that went round so often is for a person.
const REOPEN_MOST: u32 = 5;

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
    if policy.feedback_days > FEEDBACK_DAYS_MAX || policy.reopen_max.is_some_and(|max| max > REOPEN_MOST) {
        return Err(wrong("feedback_days must be at most 365, reopen_max at most 5"));
    }
    let last_resort = match Resort::try_from(policy.last_resort) {
        Ok(Resort::Unspecified | Resort::Arbiter) => LastResort::Arbiter,
        Ok(Resort::Complaint) => LastResort::Complaint,
        Err(_) => return Err(wrong("last_resort is not known")),
    };
    let same_matter = match SameMatterRule::try_from(policy.same_matter) {
        Ok(SameMatterRule::Off) => SameMatter::Off,
        Ok(SameMatterRule::Unspecified | SameMatterRule::Inform) => SameMatter::Inform,
        Ok(SameMatterRule::Reason) => SameMatter::Reason,
        Err(_) => return Err(wrong("same_matter is not known")),
    };
    let alike_percent = match policy.alike_percent {
        0 => DeskPolicy::unwritten().alike_percent,
        percent @ 1..=100 => percent,
        _ => return Err(wrong("alike_percent must be at most 100")),
    };
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
        feedback_days: policy.feedback_days,
        // A file or a caller of before this rule says nothing of it.
        reopen_max: policy.reopen_max.unwrap_or(DeskPolicy::unwritten().reopen_max),
        last_resort,
        same_matter,
        alike_percent,
    })
}
