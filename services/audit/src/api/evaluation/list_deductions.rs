//! Points that came off, and what was said to them, by keyset pages.

use contracts::audit::{Deduction, ListDeductionsRequest, ListDeductionsResponse};
use jiff::Timestamp;
use uuid::Uuid;

use super::EvaluationDoor;
use crate::api::Refusal;
use crate::contract::{points_deducted, points_restored, rebuttal_filed, rebuttal_ruled};
use crate::store::rebuttals::{self, Wanted};
use crate::store::{SNAPSHOT, breaches};

/// Deductions of a page, as the contract says.
const MAX_PAGE: u32 = 500;

pub(super) async fn list_deductions(
    door: &EvaluationDoor,
    asked: ListDeductionsRequest,
) -> Result<ListDeductionsResponse, Refusal> {
    let wanted = Wanted { agency: asked.agency, manager: asked.manager, province: asked.province };
    let after = match asked.page_token.as_str() {
        "" => None,
        token => {
            let invalid = Refusal::Invalid { field: "page_token", message: "is not one of ours" };
            Some(key(token).ok_or(invalid)?)
        }
    };
    let size = if asked.page_size == 0 { MAX_PAGE } else { asked.page_size.min(MAX_PAGE) };
    let mut db = door.store.pool().begin_with(SNAPSHOT).await?;
    let listed = rebuttals::list(&mut db, &wanted, after, i64::from(size)).await?;
    let without_manager = breaches::waiting(&mut db).await?;
    db.commit().await?;
    let told = |(deduction, rebuttal): &(_, Option<_>)| Deduction {
        deducted: Some(points_deducted(deduction)),
        restored: points_restored(deduction),
        rebuttal: rebuttal.as_ref().map(|rebuttal| rebuttal_filed(deduction, rebuttal)),
        ruled: rebuttal
            .as_ref()
            .and_then(|rebuttal| Some(rebuttal_ruled(deduction, rebuttal.ruled.as_ref()?))),
    };
    let last = listed.last().filter(|_| listed.len() == size as usize);
    let next_page_token = last
        .map(|(last, _)| format!("{}_{}", last.deducted_at.as_microsecond(), last.breach_id))
        .unwrap_or_default();
    Ok(ListDeductionsResponse {
        deductions: listed.iter().map(told).collect(),
        without_manager,
        next_page_token,
    })
}

/// The last deduction of the page before: its moment in microseconds and its breach.
fn key(token: &str) -> Option<(Timestamp, Uuid)> {
    let (at, id) = token.split_once('_')?;
    Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse().ok()?))
}
