//! What people still hold of cases that are over: desk items and arbitrations.

use anyhow::Result;
use contracts::routing::ArbitrationWithdrawn;
use contracts::{CaseId, timestamp};
use jiff::Timestamp;
use outbox::Tx;

use crate::store;

/// Takes these cases off the desk and from the arbiter.
pub(super) async fn let_go(tx: &mut Tx, cases: &[CaseId], at: Timestamp) -> Result<()> {
    store::desk::close(tx.connection(), cases, at).await?;
    for asked in store::arbitrations::withdraw(tx.connection(), cases, at).await? {
        let fact = ArbitrationWithdrawn {
            arbitration_id: asked.arbitration_id.to_string(),
            case_id: asked.case_id.to_string(),
            province: asked.province,
            withdrawn_at: Some(timestamp(at)),
        };
        tx.emit(at, &fact);
    }
    Ok(())
}
