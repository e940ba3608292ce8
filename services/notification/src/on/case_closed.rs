//! The case is answered: the citizen is told the answer and asked whether it solved the matter (rule 8).

use contracts::intake::CaseClosed;
use contracts::optional_instant;

use super::tell::News;
use crate::domain::notice::{Details, Template, excerpt};

/// The answer's beginning, and until when the citizen is asked.
#[must_use]
pub fn case_closed(fact: &CaseClosed) -> News<'_> {
    // A moment out of range says no end, and keeps nobody from the answer.
    let feedback_until = optional_instant(fact.feedback_until.as_ref()).ok().flatten();
    let details = Details { answer: excerpt(&fact.answer), feedback_until, ..Default::default() };
    News { case_id: &fact.case_id, province: &fact.province, template: Template::Closed, details }
}
