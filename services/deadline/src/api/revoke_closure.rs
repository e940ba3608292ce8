//! Takes a closure back and plans the moves that this makes.

use contracts::deadline::{ClosureRevoked, RevokeClosureRequest, RevokeClosureResponse};
use contracts::timestamp;

use super::list_closures::shown;
use super::{Door, Refusal};
use crate::domain::closure::{moments, read_id, read_reason};
use crate::store::calendar;
use crate::store::moves::{self, Reach};

pub(super) async fn revoke_closure(
    door: &Door,
    asked: RevokeClosureRequest,
) -> Result<RevokeClosureResponse, Refusal> {
    let (id, reason_fa) = (read_id("closure_id", &asked.closure_id)?, read_reason(&asked.reason_fa)?);
    let now = door.store.clock().now();
    let mut tx = door.store.begin().await?;
    let (rules, version) = door.book.next(tx.connection()).await?;
    let known = calendar::closure(tx.connection(), id).await?;
    let known = known.ok_or(Refusal::NotFound("there is no such closure"))?;
    if known.revoked_at.is_some() {
        return Ok(RevokeClosureResponse { closure: Some(shown(known)), known: true });
    }
    let closure = known.closure;
    let touched = moments(closure.first, closure.last, &rules.tehran);
    calendar::remove(tx.connection(), &[id], version, now).await?;
    let reach = Reach {
        cause: Some(id),
        province: closure.province.clone(),
        agency: String::new(),
        due_from: touched.start,
        begun_before: touched.end,
    };
    moves::plan(tx.connection(), version, &reach).await?;
    let fact = ClosureRevoked {
        closure_id: id.to_string(),
        province: closure.province,
        first_day: closure.first.to_string(),
        last_day: closure.last.to_string(),
        reason_fa,
        revoked_at: Some(timestamp(now)),
        version,
    };
    tx.emit(now, &fact);
    let stored = calendar::closure(tx.connection(), id).await?.map(shown);
    tx.commit().await?;
    Ok(RevokeClosureResponse { closure: stored, known: false })
}
