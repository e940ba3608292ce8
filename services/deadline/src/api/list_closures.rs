//! Closures, latest days first, by keyset pages, and how far their moves are.

use contracts::deadline::{Closure, ListClosuresRequest, ListClosuresResponse};
use contracts::timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::{Door, Refusal};
use crate::store::calendar::{self, Shown};

/// Closures of a page when the caller names no number.
const PAGE: u32 = 50;
/// Closures of a page, at most.
const MAX_PAGE: u32 = 500;
/// Later than any closure.
const LAST: (Date, Uuid) = (jiff::civil::date(9999, 1, 1), Uuid::max());

pub(super) async fn list_closures(
    door: &Door,
    asked: ListClosuresRequest,
) -> Result<ListClosuresResponse, Refusal> {
    let before = match asked.page_token.as_str() {
        "" => LAST,
        token => key(token).ok_or_else(|| Refusal::invalid("page_token", "is not one of ours"))?,
    };
    let size = if asked.page_size == 0 { PAGE } else { asked.page_size.min(MAX_PAGE) };
    let mut db = door.store.pool().acquire().await?;
    let closures = calendar::closures(&mut db, &asked.province, before, i64::from(size)).await?;
    let last = closures.last().filter(|_| closures.len() == size as usize);
    let next_page_token =
        last.map(|last| format!("{}_{}", last.closure.first, last.closure.id)).unwrap_or_default();
    Ok(ListClosuresResponse { closures: closures.into_iter().map(shown).collect(), next_page_token })
}

fn key(token: &str) -> Option<(Date, Uuid)> {
    let (day, id) = token.split_once('_')?;
    Some((day.parse().ok()?, id.parse().ok()?))
}

/// A closure as the contract shows it.
pub(super) fn shown(shown: Shown) -> Closure {
    Closure {
        closure_id: shown.closure.id.to_string(),
        province: shown.closure.province,
        first_day: shown.closure.first.to_string(),
        last_day: shown.closure.last.to_string(),
        reason_fa: shown.closure.reason_fa,
        announced_at: Some(timestamp(shown.announced_at)),
        revoked_at: shown.revoked_at.map(timestamp),
        moved: u64::try_from(shown.moved).unwrap_or(0),
        parts_left: u32::try_from(shown.parts_left).unwrap_or(0),
    }
}
