//! What facts say to reports and evaluations.

use jiff::{Timestamp, civil};
use uuid::Uuid;

use crate::domain::office::Term;
use crate::domain::policy::EvaluationPolicy;

/// What a fact says to a report. Kinds, channels and rungs are named by their codes (`phone`, `complaint`, …).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observation {
    Contact {
        province: String,
        county: String,
        channel: &'static str,
        kind: &'static str,
        topic: String,
        /// `case` or `guidance`.
        outcome: &'static str,
        at: Timestamp,
    },
    Guidance {
        province: String,
        rung: &'static str,
        at: Timestamp,
    },
    /// A case was registered.
    Registered {
        province: String,
        at: Timestamp,
    },
    /// A case was closed with an answer.
    Closed {
        province: String,
        registered_at: Timestamp,
        at: Timestamp,
    },
    /// A referral was issued.
    Issued {
        referral: Holder,
        at: Timestamp,
    },
    /// Its clock is due then, as of `since`.
    Due {
        referral: Holder,
        due_at: Timestamp,
        since: Timestamp,
        /// How often it had moved: the highest says where it stands.
        epoch: u32,
    },
    Answered {
        referral: Holder,
        at: Timestamp,
    },
    /// It was returned or withdrawn: nobody owes an answer on it any more.
    Ended {
        referral: Holder,
        at: Timestamp,
    },
    /// An agency is called so.
    Named {
        agency: String,
        name_fa: String,
        at: Timestamp,
    },
    /// Topics are called so.
    TopicsNamed {
        topics: Vec<Topic>,
        at: Timestamp,
    },
    /// A citizen said whether an answer solved the matter (rule 8).
    Feedback {
        province: String,
        solved: bool,
        at: Timestamp,
    },
    /// A case was taken up again (rule 8).
    Reopened {
        province: String,
        /// The referrals whose answers did not solve it.
        referrals: Vec<Uuid>,
        at: Timestamp,
    },
    /// Points came off (rule 6).
    Deducted {
        deduction_id: Uuid,
        deducted: Deducted,
        at: Timestamp,
    },
    /// They were restored.
    Restored {
        deduction_id: Uuid,
        at: Timestamp,
    },
    /// A term of office, or a correction of one.
    Appointed {
        term: Term,
        at: Timestamp,
    },
    /// A policy of evaluations.
    Adopted {
        policy: EvaluationPolicy,
        at: Timestamp,
    },
}

/// Points that came off whom, and of which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deducted {
    pub agency: String,
    pub province: String,
    pub manager: String,
    pub points: u32,
    pub breach_day: civil::Date,
}

/// A topic of the tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Topic {
    pub code: String,
    /// Empty for a root.
    pub parent: String,
    pub name_fa: String,
}

/// A referral and who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub referral_id: Uuid,
    pub agency: String,
    pub province: String,
}

impl Observation {
    /// When it happened.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        match self {
            Observation::Contact { at, .. }
            | Observation::Guidance { at, .. }
            | Observation::Registered { at, .. }
            | Observation::Closed { at, .. }
            | Observation::Issued { at, .. }
            | Observation::Due { since: at, .. }
            | Observation::Answered { at, .. }
            | Observation::Ended { at, .. }
            | Observation::Named { at, .. }
            | Observation::TopicsNamed { at, .. }
            | Observation::Feedback { at, .. }
            | Observation::Reopened { at, .. }
            | Observation::Deducted { at, .. }
            | Observation::Restored { at, .. }
            | Observation::Appointed { at, .. }
            | Observation::Adopted { at, .. } => *at,
        }
    }
}
