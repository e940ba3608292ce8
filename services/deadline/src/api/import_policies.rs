//! Adopts policies: an unchanged one is skipped, a changed one becomes the next version.

use anyhow::{Context as _, Result};
use contracts::deadline::{ImportPoliciesRequest, ImportPoliciesResponse, PolicyAdopted};
use contracts::{optional_instant, timestamp};
use outbox::Store;
use serde::Deserialize;

use super::{Door, Refusal};
use crate::domain::policy::Proposal;
use crate::store::policies;

/// Policies of one import, at most.
const MAX_POLICIES: usize = 1_000;
/// What a new deployment starts with.
const BUILT_IN: &str = include_str!("../../policies.toml");

pub(super) async fn import_policies(
    door: &Door,
    asked: ImportPoliciesRequest,
) -> Result<ImportPoliciesResponse, Refusal> {
    if asked.policies.len() > MAX_POLICIES {
        return Err(Refusal::invalid("policies", format!("must be at most {MAX_POLICIES}")));
    }
    let mut proposals = Vec::with_capacity(asked.policies.len());
    for (place, policy) in asked.policies.into_iter().enumerate() {
        let field = |name: &str| format!("policies[{place}].{name}");
        let valid_from = optional_instant(policy.valid_from.as_ref());
        let proposal = Proposal {
            name: policy.policy,
            programme: policy.programme,
            length_days: policy.length_days,
            honours_target: policy.honours_target,
            reminder_days_before: policy.reminder_days_before,
            valid_from: valid_from.map_err(|error| Refusal::invalid(field("valid_from"), error))?,
        };
        proposal.check().map_err(|fault| Refusal::invalid(field(fault.field), fault.message))?;
        proposals.push(proposal);
    }
    let asked = proposals.len();
    let adopted = adopt(&door.store, &proposals, false).await?;
    Ok(ImportPoliciesResponse { adopted: count(adopted), unchanged: count(asked - adopted) })
}

fn count(policies: usize) -> u32 {
    u32::try_from(policies).unwrap_or(u32::MAX)
}

/// Adopts what is new among checked proposals and states it; how many that were.
async fn adopt(store: &Store, proposals: &[Proposal], only_first: bool) -> Result<usize> {
    let now = store.clock().now();
    let mut tx = store.begin().await?;
    policies::lock(tx.connection()).await?;
    let mut known = policies::all(tx.connection()).await?;
    if only_first && !known.is_empty() {
        return Ok(0);
    }
    let before = known.len();
    for proposal in proposals {
        let Some(policy) = proposal.adopt(&known, now) else { continue };
        policies::add(tx.connection(), &policy, now).await?;
        let fact = PolicyAdopted {
            policy: policy.name.clone(),
            version: policy.version,
            programme: policy.programme.clone(),
            length_days: policy.length_days,
            honours_target: policy.honours_target,
            reminder_days_before: policy.reminder_days_before.clone(),
            valid_from: Some(timestamp(policy.valid_from)),
        };
        tx.emit(now, &fact);
        known.push(policy);
    }
    tx.commit().await?;
    Ok(known.len() - before)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    policy: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    policy: String,
    programme: String,
    length_days: u32,
    #[serde(default)]
    honours_target: bool,
    #[serde(default)]
    reminder_days_before: Vec<u32>,
    valid_from: jiff::Timestamp,
}

fn built_in() -> Result<Vec<Proposal>> {
    let file: File = toml::from_str(BUILT_IN).context("the built-in policies cannot be read")?;
    let proposal = |entry: Entry| {
        let proposal = Proposal {
            name: entry.policy,
            programme: entry.programme,
            length_days: entry.length_days,
            honours_target: entry.honours_target,
            reminder_days_before: entry.reminder_days_before,
            valid_from: Some(entry.valid_from),
        };
        proposal.check().map(|()| proposal).context("a built-in policy cannot be used")
    };
    file.policy.into_iter().map(proposal).collect()
}

/// Adopts the built-in policies where there are none yet.
///
/// # Errors
/// When the database is away.
pub async fn adopt_built_in(store: &Store) -> Result<usize> {
    adopt(store, &built_in()?, true).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_policies_say_what_the_rules_say() {
        let policies = built_in().unwrap();
        let lengths: Vec<_> = policies.iter().map(|p| (p.programme.as_str(), p.length_days)).collect();
        assert_eq!(lengths, [("", 15), ("inaction", 7), ("boston311", 0)]);
    }
}
