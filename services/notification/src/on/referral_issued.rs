//! An agency must act: the citizen is told who holds the case.

use contracts::routing::ReferralIssued;

use super::tell::News;
use crate::domain::notice::{Details, Template};

/// Who holds the case.
#[must_use]
pub fn referral_issued(fact: &ReferralIssued) -> News<'_> {
    let details = Details { agency: fact.agency_name_fa.clone(), ..Default::default() };
    News { case_id: &fact.case_id, province: &fact.province, template: Template::Referred, details }
}
