//! Takes a charge of broken delivery back.

use contracts::deadline::{OutageRevoked, RevokeOutageRequest, RevokeOutageResponse};
use contracts::timestamp;

use super::charge_outage::reach;
use super::{Door, Refusal};
use crate::domain::closure::{read_id, read_reason};
use crate::store::{moves, outages};

pub(super) async fn revoke_outage(
    door: &Door,
    asked: RevokeOutageRequest,
) -> Result<RevokeOutageResponse, Refusal> {
    let (id, reason_fa) = (read_id("outage_id", &asked.outage_id)?, read_reason(&asked.reason_fa)?);
    let now = door.store.clock().now();
    let mut tx = door.store.begin().await?;
    let (_, version) = door.book.next(tx.connection()).await?;
    let outage = outages::get(tx.connection(), id).await?;
    let outage = outage.ok_or(Refusal::NotFound("no such outage was charged"))?;
    if outage.span.removed.is_some() {
        return Ok(RevokeOutageResponse { known: true });
    }
    outages::remove(tx.connection(), id, version).await?;
    moves::plan(tx.connection(), version, &reach(&outage)).await?;
    let revoked_at = Some(timestamp(now));
    tx.emit(
        now,
        &OutageRevoked { outage_id: id.to_string(), agency: outage.agency, reason_fa, revoked_at, version },
    );
    tx.commit().await?;
    Ok(RevokeOutageResponse { known: false })
}
