//! What registrations and answers are decided by: policies are data (rule 7).

use std::sync::Arc;

use crate::domain::calendar::DaysOff;
use crate::domain::desk::DeskPolicy;
use crate::domain::policy::Policy;

/// The policies of one version of the rules.
#[derive(Debug)]
pub struct Rules {
    /// The version.
    pub version: i64,
    /// Desk policies in every version.
    pub desk: Arc<[DeskPolicy]>,
    /// Deadline policies in every version heard of.
    pub deadlines: Vec<Policy>,
    /// Days off heard of.
    pub days_off: Arc<DaysOff>,
}
