//! Adopts policies of rulings: an unchanged one is skipped, a changed one becomes the next version.

use std::collections::HashSet;

use anyhow::{Context as _, anyhow};
use contracts::routing::{
    self, ImportRulingPoliciesRequest, ImportRulingPoliciesResponse, RulingPolicyAdopted,
};
use contracts::{optional_instant, timestamp};
use jiff::Timestamp;
use outbox::Store;

use super::{Call, Door, Refusal};
use crate::domain::import::Fault;
use crate::domain::policy::{Policies, Policy};
use crate::{rulings_file, store};

/// Policies of one import, at most.
const MAX_POLICIES: usize = 1_000;

pub(super) async fn import_ruling_policies(
    door: &Door,
    request: ImportRulingPoliciesRequest,
    call: &Call,
) -> Result<ImportRulingPoliciesResponse, Refusal> {
    if request.policies.len() > MAX_POLICIES {
        return Err(Refusal::Invalid { field: "policies", message: "must be at most 1,000" });
    }
    let at = door.moment(call);
    let policies = checked(request.policies, at).map_err(Refusal::Faults)?;
    let adopted = adopt(&door.store, &policies, at, false).await?;
    let count = |policies: usize| u32::try_from(policies).unwrap_or(u32::MAX);
    let unchanged = count(policies.len() - adopted);
    Ok(ImportRulingPoliciesResponse { adopted: count(adopted), unchanged })
}

/// The policies as the domain knows them; one without a `valid_from` holds from `at` on.
fn checked(policies: Vec<routing::RulingPolicy>, at: Timestamp) -> Result<Vec<Policy>, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut fault = |row: usize, field: &str, reason: &str| {
        faults.push(Fault { place: format!("policies[{row}].{field}"), reason: reason.to_owned() });
    };
    let mut checked = Vec::with_capacity(policies.len());
    for (row, policy) in policies.into_iter().enumerate() {
        let valid_from = optional_instant(policy.valid_from.as_ref()).unwrap_or_else(|_| {
            fault(row, "valid_from", "is no moment");
            None
        });
        let policy = of_wire(policy, valid_from.unwrap_or(at));
        if let Err((field, reason)) = policy.check() {
            fault(row, field, reason);
        }
        checked.push(policy);
    }
    if faults.is_empty() { Ok(checked) } else { Err(faults) }
}

fn of_wire(policy: routing::RulingPolicy, valid_from: Timestamp) -> Policy {
    Policy {
        programme: policy.programme,
        version: 0,
        extension_days_max: policy.extension_days_max,
        extensions_max: policy.extensions_max,
        returns_before_arbitration: policy.returns_before_arbitration,
        answer_letters_min: policy.answer_letters_min,
        boilerplate_window: policy.boilerplate_window,
        boilerplate_others: policy.boilerplate_others,
        boilerplate_bits: policy.boilerplate_bits,
        elsewhere_phrases: policy.elsewhere_phrases,
        callback_per_mille: policy.callback_per_mille,
        valid_from,
    }
}

/// A policy as it is stated and listed.
pub(super) fn to_wire(policy: &Policy) -> routing::RulingPolicy {
    routing::RulingPolicy {
        programme: policy.programme.clone(),
        version: policy.version,
        extension_days_max: policy.extension_days_max,
        extensions_max: policy.extensions_max,
        returns_before_arbitration: policy.returns_before_arbitration,
        answer_letters_min: policy.answer_letters_min,
        boilerplate_window: policy.boilerplate_window,
        boilerplate_others: policy.boilerplate_others,
        boilerplate_bits: policy.boilerplate_bits,
        elsewhere_phrases: policy.elsewhere_phrases.clone(),
        callback_per_mille: policy.callback_per_mille,
        valid_from: Some(timestamp(policy.valid_from)),
    }
}

/// Adopts what is new and states it; how many that were. `only_first`: nothing for programmes that have a policy already.
async fn adopt(store: &Store, policies: &[Policy], at: Timestamp, only_first: bool) -> anyhow::Result<usize> {
    let mut tx = store.begin().await?;
    let mut known = store::catalogue::lock(tx.connection()).await?.policies.all().to_vec();
    let before = known.len();
    let decided: HashSet<String> = known.iter().map(|policy| policy.programme.clone()).collect();
    for policy in policies.iter().filter(|policy| !only_first || !decided.contains(&policy.programme)) {
        let book = Policies::new(known);
        let adopted = book.adopt(policy);
        known = book.into_all();
        known.extend(adopted);
    }
    let adopted = &known[before..];
    // Without a change the version stays, too.
    if !adopted.is_empty() {
        store::ruling_policies::add(tx.connection(), adopted, at).await?;
        for policy in adopted {
            let fact = RulingPolicyAdopted { policy: Some(to_wire(policy)), adopted_at: Some(timestamp(at)) };
            tx.emit(at, &fact);
        }
        tx.commit().await?;
    }
    Ok(adopted.len())
}

/// Adopts the built-in policies of programmes that have none yet.
///
/// # Errors
/// When the database is away.
pub async fn adopt_built_in(store: &Store) -> anyhow::Result<usize> {
    let at = store.clock().now();
    let policies = rulings_file::built_in().context("the built-in policies of rulings cannot be read")?;
    let fault = |faults: Vec<Fault>| anyhow!("a built-in policy cannot be used: {faults:?}");
    adopt(store, &checked(policies, at).map_err(fault)?, at, true).await
}
