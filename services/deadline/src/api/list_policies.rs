//! Every version of every policy.

use contracts::deadline::{ListPoliciesRequest, ListPoliciesResponse};

use super::{Door, Refusal};
use crate::contract::policy;
use crate::store::policies;

pub(super) async fn list_policies(
    door: &Door,
    _: ListPoliciesRequest,
) -> Result<ListPoliciesResponse, Refusal> {
    let mut db = door.store.pool().acquire().await?;
    let policies = policies::all(&mut db).await?;
    Ok(ListPoliciesResponse { policies: policies.iter().map(|known| policy(known)).collect() })
}
