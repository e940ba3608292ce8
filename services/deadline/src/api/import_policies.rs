//! Adopts policies: an unchanged one is skipped, a changed one becomes the next version.

use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use contracts::deadline::{ImportPoliciesRequest, ImportPoliciesResponse, Policy};
use outbox::Store;

use super::{Door, Refusal};
use crate::contract::{policy_adopted, proposal};
use crate::domain::proposal::Proposal;
use crate::policy_file;
use crate::store::policies;
use crate::store::rules::RuleBook;

/// Policies of one import, at most.
const MAX_POLICIES: usize = 1_000;

pub(super) async fn import_policies(
    door: &Door,
    asked: ImportPoliciesRequest,
) -> Result<ImportPoliciesResponse, Refusal> {
    if asked.policies.len() > MAX_POLICIES {
        return Err(Refusal::invalid("policies", format!("must be at most {MAX_POLICIES}")));
    }
    let mut proposals = Vec::with_capacity(asked.policies.len());
    for (place, policy) in asked.policies.into_iter().enumerate() {
        let checked = checked(policy);
        proposals.push(
            checked.map_err(|(field, message)| {
                Refusal::invalid(format!("policies[{place}].{field}"), message)
            })?,
        );
    }
    let asked = proposals.len();
    let adopted = adopt(&door.store, &door.book, &proposals, false).await?;
    Ok(ImportPoliciesResponse { adopted: count(adopted), unchanged: count(asked - adopted) })
}

fn checked(policy: Policy) -> Result<Proposal, (&'static str, String)> {
    let proposal = proposal(policy)?;
    proposal.check().map_err(|fault| (fault.field, fault.message))?;
    Ok(proposal)
}

fn count(policies: usize) -> u32 {
    u32::try_from(policies).unwrap_or(u32::MAX)
}

/// Adopts what is new among checked proposals and states it; how many that were.
async fn adopt(store: &Store, book: &RuleBook, proposals: &[Proposal], only_first: bool) -> Result<usize> {
    let now = store.clock().now();
    let mut tx = store.begin().await?;
    let (rules, _) = book.next(tx.connection()).await?;
    let mut known = rules.policies().to_vec();
    if only_first && !known.is_empty() {
        return Ok(0);
    }
    let before = known.len();
    for proposal in proposals {
        let Some(policy) = proposal.adopt(&known, now) else { continue };
        policies::add(tx.connection(), &policy, now).await?;
        tx.emit(now, &policy_adopted(&policy));
        known.push(Arc::new(policy));
    }
    let adopted = known.len() - before;
    // Without a change the version stays, too.
    if adopted > 0 {
        tx.commit().await?;
    }
    Ok(adopted)
}

/// Adopts the built-in policies where there are none yet.
///
/// # Errors
/// When the database is away.
pub async fn adopt_built_in(store: &Store, book: &RuleBook) -> Result<usize> {
    let read = |policy| checked(policy).map_err(|(field, message)| anyhow!("{field} {message}"));
    let proposals: Result<Vec<_>> = policy_file::built_in()?.into_iter().map(read).collect();
    adopt(store, book, &proposals.context("a built-in policy cannot be used")?, true).await
}
