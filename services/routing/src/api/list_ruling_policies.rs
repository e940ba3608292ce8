//! Every version of the policies of rulings.

use contracts::routing::{ListRulingPoliciesRequest, ListRulingPoliciesResponse};

use super::import_ruling_policies::to_wire;
use super::{Call, Door, Refusal};

pub(super) async fn list_ruling_policies(
    door: &Door,
    _: ListRulingPoliciesRequest,
    _: &Call,
) -> Result<ListRulingPoliciesResponse, Refusal> {
    let mut connection = door.store.pool().acquire().await?;
    let edition = door.catalogues.current(&mut connection).await?;
    let mut policies: Vec<_> = edition.policies.all().iter().map(to_wire).collect();
    policies.sort_by(|a, b| (&a.programme, a.version).cmp(&(&b.programme, b.version)));
    Ok(ListRulingPoliciesResponse { policies })
}
