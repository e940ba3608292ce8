//! What is ruled on a rebuttal: the deduction stands, or is reversed, and both stay on record (rule 6).

use contracts::audit as wire;
use contracts::audit::{RuleRebuttalRequest, RuleRebuttalResponse};

use super::{EvaluationDoor, deduction_id};
use crate::api::Refusal;
use crate::contract::{points_restored, rebuttal_ruled};
use crate::domain::points::{Deduction, Restored};
use crate::domain::rebuttal::{Ruled, Ruling, rule};
use crate::statement::Statement;
use crate::store::{deductions, rebuttals};

pub(super) async fn rule_rebuttal(
    door: &EvaluationDoor,
    asked: RuleRebuttalRequest,
) -> Result<RuleRebuttalResponse, Refusal> {
    let breach_id = deduction_id(&asked.deduction_id)?;
    let ruling = match asked.ruling() {
        wire::Ruling::Upheld => Ruling::Upheld,
        wire::Ruling::Reversed => Ruling::Reversed,
        wire::Ruling::Unspecified => {
            return Err(Refusal::Invalid { field: "ruling", message: "must be upheld or reversed" });
        }
    };
    let mut statement = Statement::begin(&door.store).await?;
    let missing = || Refusal::NotFound("no rebuttal was filed of that deduction");
    let deduction = deductions::one(statement.connection(), breach_id).await?.ok_or_else(missing)?;
    let mut rebuttal = rebuttals::of(statement.connection(), breach_id).await?.ok_or_else(missing)?;
    let now = statement.now();
    let RuleRebuttalRequest { reason, ruled_by, .. } = asked;
    let new = Ruled { ruling, reason, ruled_by, ruled_at: now };
    if !rule(&rebuttal, &new)? {
        let ruled = rebuttal.ruled.map(|ruled| rebuttal_ruled(&deduction, &ruled));
        return Ok(RuleRebuttalResponse { ruled });
    }
    let ruled = rebuttal_ruled(&deduction, &new);
    rebuttal.ruled = Some(new);
    rebuttals::save(statement.connection(), breach_id, &rebuttal).await?;
    statement.state(&ruled);
    // Where the breach was withdrawn meanwhile, the points are restored already.
    if ruling == Ruling::Reversed && deduction.restored.is_none() {
        let restored = Deduction { restored: Some((now, Restored::RebuttalAccepted)), ..deduction };
        deductions::restore(statement.connection(), std::slice::from_ref(&restored)).await?;
        points_restored(&restored).iter().for_each(|restored| statement.state(restored));
    }
    statement.commit(&door.days).await?;
    Ok(RuleRebuttalResponse { ruled: Some(ruled) })
}
