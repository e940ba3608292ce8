//! Open clocks past their due moment, longest overdue first, by keyset pages.

use contracts::deadline::{ListOverdueRequest, ListOverdueResponse, Overdue};
use contracts::{ReferralId, timestamp};
use jiff::Timestamp;

use super::{Door, Refusal};
use crate::store::overdue;

/// Clocks of a page when the caller names no number.
const PAGE: u32 = 50;
/// Clocks of a page, at most.
const MAX_PAGE: u32 = 500;

pub(super) async fn list_overdue(
    door: &Door,
    asked: ListOverdueRequest,
) -> Result<ListOverdueResponse, Refusal> {
    let after = match asked.page_token.as_str() {
        "" => (Timestamp::UNIX_EPOCH, ReferralId(uuid::Uuid::nil())),
        token => key(token).ok_or_else(|| Refusal::invalid("page_token", "is not one of ours"))?,
    };
    let size = if asked.page_size == 0 { PAGE } else { asked.page_size.min(MAX_PAGE) };
    let mut db = door.store.pool().acquire().await?;
    let overdue = overdue::overdue(&mut db, &asked.province, after, i64::from(size)).await?;
    let full = overdue.len() == size as usize;
    let last = overdue.last().filter(|_| full);
    let next_page_token =
        last.map(|o| format!("{}_{}", o.due_at.as_microsecond(), o.referral_id)).unwrap_or_default();
    let item = |o: overdue::Overdue| Overdue {
        referral_id: o.referral_id.to_string(),
        case_id: o.case_id.to_string(),
        agency: o.agency,
        province: o.province,
        due_at: Some(timestamp(o.due_at)),
    };
    Ok(ListOverdueResponse { items: overdue.into_iter().map(item).collect(), next_page_token })
}

/// The last clock of the page before: its due moment in microseconds and its referral.
fn key(token: &str) -> Option<(Timestamp, ReferralId)> {
    let (at, id) = token.split_once('_')?;
    Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse().ok()?))
}
