//! Every version of every policy.

use contracts::deadline::{ListPoliciesRequest, ListPoliciesResponse, Policy};
use contracts::timestamp;

use super::{Door, Refusal};
use crate::store::policies;

pub(super) async fn list_policies(
    door: &Door,
    _: ListPoliciesRequest,
) -> Result<ListPoliciesResponse, Refusal> {
    let mut db = door.store.pool().acquire().await?;
    let policies = policies::all(&mut db).await?.into_iter().map(|policy| Policy {
        policy: policy.name,
        version: policy.version,
        programme: policy.programme,
        length_days: policy.length_days,
        honours_target: policy.honours_target,
        reminder_days_before: policy.reminder_days_before,
        valid_from: Some(timestamp(policy.valid_from)),
    });
    Ok(ListPoliciesResponse { policies: policies.collect() })
}
