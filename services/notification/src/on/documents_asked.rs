//! An agency needs the citizen's documents: the citizen is told which.

use contracts::routing::DocumentsAsked;

use super::tell::News;
use crate::domain::notice::{Details, Template, excerpt};

/// Who needs what.
#[must_use]
pub fn documents_asked(fact: &DocumentsAsked) -> News<'_> {
    let (agency, documents) = (fact.agency_name_fa.clone(), excerpt(&fact.documents));
    let details = Details { agency, documents, ..Default::default() };
    News { case_id: &fact.case_id, province: &fact.province, template: Template::DocumentsAsked, details }
}
