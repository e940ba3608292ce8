//! Points that came off, and what was said to them.

use contracts::audit::{Deduction, ListDeductionsRequest, ListDeductionsResponse};

use super::EvaluationDoor;
use crate::api::Refusal;
use crate::contract::{points_deducted, points_restored, rebuttal_filed, rebuttal_ruled};
use crate::store::rebuttals::{self, Wanted};
use crate::store::{SNAPSHOT, breaches};

/// As the contract says.
const MAX_DEDUCTIONS: i64 = 500;

pub(super) async fn list_deductions(
    door: &EvaluationDoor,
    asked: ListDeductionsRequest,
) -> Result<ListDeductionsResponse, Refusal> {
    let wanted = Wanted { agency: asked.agency, manager: asked.manager, province: asked.province };
    let mut db = door.store.pool().begin_with(SNAPSHOT).await?;
    let listed = rebuttals::list(&mut db, &wanted, MAX_DEDUCTIONS).await?;
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
    Ok(ListDeductionsResponse { deductions: listed.iter().map(told).collect(), without_manager })
}
