//! An agency let its time pass: the citizen is told that they may complain of inaction (rule 5).

use contracts::deadline::DeadlineBreached;

use super::tell::News;
use crate::domain::notice::{Details, Template};

/// That one may complain.
#[must_use]
pub fn deadline_breached(fact: &DeadlineBreached) -> News<'_> {
    let (case_id, province) = (fact.case_id.as_str(), fact.province.as_str());
    News { case_id, province, template: Template::Breached, details: Details::default() }
}
