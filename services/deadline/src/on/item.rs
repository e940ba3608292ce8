//! Clocks that are no referral's: an arbitration's, a commitment's, a recorded call's, each under its own id and
//! programme.

use contracts::CaseId;
use jiff::Timestamp;

use crate::domain::clock::{Issue, News};
use crate::domain::rules::Rules;

/// What a clock is set for.
pub(super) struct Item<'a> {
    /// The programme whose policy governs it.
    pub programme: &'a str,
    /// The case it belongs to; its own id where it is nobody's case.
    pub case_id: CaseId,
    /// Who must act; empty: the province or the centre itself.
    pub agency: &'a str,
    /// Where.
    pub province: &'a str,
    /// When its time begins.
    pub starts_at: Timestamp,
    /// A date of its own.
    pub target_at: Option<Timestamp>,
}

impl Item<'_> {
    /// The news that it is there.
    pub(super) fn issued(self, rules: &Rules) -> News {
        News::Issued(Box::new(Issue {
            case_id: self.case_id,
            agency: self.agency.to_owned(),
            province: self.province.to_owned(),
            programme: self.programme.to_owned(),
            policy: rules.governing(self.programme, self.starts_at).cloned(),
            starts_at: self.starts_at,
            target_at: self.target_at,
            due_at: None,
            rules_version: rules.version,
            epoch: 0,
        }))
    }
}
