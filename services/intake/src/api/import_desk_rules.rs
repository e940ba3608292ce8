//! Rules of hours and desk policies as they now are (rule 1): a changed one becomes a new version.

use std::collections::BTreeMap;

use contracts::intake::{ImportDeskRulesRequest, ImportDeskRulesResponse};
use jiff::Timestamp;
use tonic::Status;

use crate::api::desk::Desk;
use crate::api::{bad_field, bad_request, unavailable};
use crate::domain::contact::Fault;
use crate::domain::desk::{self, DeskPolicy};
use crate::domain::hours::{self, Rule};
use crate::store;

/// Most rules of one import.
const MOST: usize = 2_000;

pub(crate) async fn import_desk_rules(
    desk: &Desk,
    request: ImportDeskRulesRequest,
    now: Timestamp,
) -> Result<ImportDeskRulesResponse, Status> {
    if request.hours.len() + request.policies.len() > MOST {
        return Err(bad_field("hours", format!("are more than {MOST}: import the rest in another call")));
    }
    let (rules, mut faults) = split(request.hours.iter().map(hours::read));
    let (policies, more) = split(request.policies.iter().map(desk::read));
    faults.extend(more);
    for (place, rule) in rules.iter().enumerate() {
        if rules[..place].iter().any(|other: &Rule| other.rule == rule.rule) {
            faults.push(Fault { field: "hours", reason: format!("{} stands there twice", rule.rule) });
        }
    }
    for (place, policy) in policies.iter().enumerate() {
        if policies[..place].iter().any(|other: &DeskPolicy| other.policy == policy.policy) {
            faults.push(Fault { field: "policies", reason: format!("{} stands there twice", policy.policy) });
        }
    }
    if !faults.is_empty() {
        return Err(bad_request(&faults));
    }
    adopt(desk, rules, policies, now).await.map_err(unavailable)
}

fn split<T>(read: impl Iterator<Item = Result<T, Fault>>) -> (Vec<T>, Vec<Fault>) {
    let (mut good, mut faults) = (Vec::new(), Vec::new());
    for one in read {
        match one {
            Ok(one) => good.push(one),
            Err(fault) => faults.push(fault),
        }
    }
    (good, faults)
}

async fn adopt(
    desk: &Desk,
    mut rules: Vec<Rule>,
    mut policies: Vec<DeskPolicy>,
    now: Timestamp,
) -> anyhow::Result<ImportDeskRulesResponse> {
    let asked = rules.len() + policies.len();
    let mut tx = desk.store.begin().await?;
    let names: Vec<&str> = rules.iter().map(|rule| rule.rule.as_str()).collect();
    let standing = store::desk::standing(tx.connection(), &names).await?;
    let adopted = store::desk::policies(tx.connection()).await?;
    let adopted: BTreeMap<&str, &DeskPolicy> = adopted.iter().map(|p| (p.policy.as_str(), p)).collect();
    rules.retain_mut(|rule| {
        let before = standing.get(&rule.rule);
        rule.version = before.map_or(1, |before| before.version);
        let changed = before != Some(rule);
        rule.version += u32::from(before.is_some());
        changed
    });
    policies.retain_mut(|policy| {
        let before = adopted.get(policy.policy.as_str()).copied();
        policy.version = before.map_or(1, |before| before.version);
        let changed = before != Some(policy);
        policy.version += u32::from(before.is_some());
        changed
    });
    if !rules.is_empty() {
        store::desk::keep_hours(tx.connection(), &rules, desk.tehran.zoned(now).date()).await?;
    }
    if !policies.is_empty() {
        store::desk::keep_policies(tx.connection(), &policies).await?;
    }
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let taken = rules.len() + policies.len();
    tx.commit().await?;
    Ok(ImportDeskRulesResponse { adopted: count(taken), unchanged: count(asked - taken) })
}
