//! The case is answered: the citizen is told the answer.

use contracts::intake::CaseClosed;

use super::tell::News;
use crate::domain::notice::{Details, Template, excerpt};

/// The answer's beginning.
#[must_use]
pub fn case_closed(fact: &CaseClosed) -> News<'_> {
    let details = Details { answer: excerpt(&fact.answer), ..Default::default() };
    News { case_id: &fact.case_id, province: &fact.province, template: Template::Closed, details }
}
