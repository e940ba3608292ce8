//! An answer did not solve the matter: the citizen is told that the case is open again, and where (rule 8).

use contracts::intake::{CaseReopened, ReopenedTo};

use super::tell::News;
use crate::domain::notice::{Details, Template};

/// Where it goes now.
#[must_use]
pub fn case_reopened(fact: &CaseReopened) -> News<'_> {
    let details = Details { to_arbiter: fact.to() == ReopenedTo::Arbiter, ..Default::default() };
    News { case_id: &fact.case_id, province: &fact.province, template: Template::Reopened, details }
}
