//! A case was taken back: the citizen is told, also so that nobody else takes it back unseen.

use contracts::intake::CaseWithdrawn;

use super::tell::News;
use crate::domain::notice::{Details, Template};

/// That nothing more is done.
#[must_use]
pub fn case_withdrawn(fact: &CaseWithdrawn) -> News<'_> {
    let (case_id, province) = (fact.case_id.as_str(), fact.province.as_str());
    News { case_id, province, template: Template::Withdrawn, details: Details::default() }
}
