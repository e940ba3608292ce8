//! A manager says why points should not have come off (rule 6).

use chassis::Caller;
use contracts::audit::{FileRebuttalRequest, FileRebuttalResponse};

use super::{EvaluationDoor, deduction_id};
use crate::api::Refusal;
use crate::contract::rebuttal_filed;
use crate::domain::points::Deduction;
use crate::domain::policy::EvaluationPolicy;
use crate::domain::rebuttal::{Rebuttal, file};
use crate::statement::Statement;
use crate::store::{deductions, policies, rebuttals};

pub(super) async fn file_rebuttal(
    door: &EvaluationDoor,
    asked: FileRebuttalRequest,
    caller: &Caller,
) -> Result<FileRebuttalResponse, Refusal> {
    let breach_id = deduction_id(&asked.deduction_id)?;
    let mut statement = Statement::begin(&door.store).await?;
    let missing = Refusal::NotFound("no points were taken off by that id");
    let deduction = deductions::one(statement.connection(), breach_id).await?.ok_or(missing)?;
    caller.for_matter(&deduction.breach.province, &deduction.breach.agency)?;
    let known = rebuttals::of(statement.connection(), breach_id).await?;
    let allowed_days = allowed_days(&policies::all(statement.connection()).await?, &deduction);
    let FileRebuttalRequest { text, filed_by, .. } = asked;
    let new = Rebuttal { text, filed_by, filed_at: statement.now(), ruled: None };
    if !file(&deduction, known.as_ref(), &new, allowed_days, &door.tehran)? {
        return Ok(FileRebuttalResponse { rebuttal: known.map(|known| rebuttal_filed(&deduction, &known)) });
    }
    rebuttals::save(statement.connection(), breach_id, &new).await?;
    let filed = rebuttal_filed(&deduction, &new);
    statement.state(&filed);
    statement.commit(&door.days).await?;
    Ok(FileRebuttalResponse { rebuttal: Some(filed) })
}

/// By the very policy that took the points off.
fn allowed_days(policies: &[EvaluationPolicy], deduction: &Deduction) -> u32 {
    let by = (deduction.policy.as_str(), deduction.policy_version);
    let policy = policies.iter().find(|p| (p.validity.policy.as_str(), p.validity.version) == by);
    policy.map_or(0, |policy| policy.rebuttal_days)
}
