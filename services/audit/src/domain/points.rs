//! Points that come off a manager's score for an inaction complaint that was not answered in time (rule 6).
//!
//! What deadline states of a complaint's clock is kept as it is heard; what follows from it is decided from all of it at
//! once, so that order leaves no trace: a breach that stands has one deduction, one that was withdrawn has none or a
//! reversed one.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jalali::Tehran;
use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use super::office::{Term, in_office};
use super::policy::{EvaluationPolicy, governing};

/// The programme of inaction complaints: theirs are the breaches that cost points.
pub const INACTION: &str = "inaction";

/// The facts without which a deduction has no evidence: the complaint, who was asked, by when, and that it was in vain.
pub const EVIDENCE: [&str; 4] = [
    "intake.v1.inaction_complained",
    "routing.v1.referral_issued",
    "deadline.v1.deadline_set",
    "deadline.v1.deadline_breached",
];

/// What a fact says of the clock of an inaction complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// It was not answered in time.
    Breached(Breach),
    /// A breach does not count.
    Withdrawn(Withdrawal),
}

/// An inaction complaint was not answered in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    pub referral_id: Uuid,
    /// The complaint's own case.
    pub case_id: Uuid,
    pub agency: String,
    pub province: String,
    pub due_at: Option<Timestamp>,
    pub breached_at: Timestamp,
    /// When deadline stated it.
    pub stated_at: Timestamp,
}

/// Breaches of a referral that were stated up to `until` do not count; none: none of them ever does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    pub referral_id: Uuid,
    pub until: Option<Timestamp>,
}

/// A fact that a deduction rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub index: u64,
    pub fact_id: Uuid,
    /// `deadline.v1.deadline_breached`.
    pub fact: String,
}

/// Points that came off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deduction {
    /// The fact that stated the breach; by it the deduction is known, too.
    pub breach_id: Uuid,
    pub breach: Breach,
    pub manager: String,
    pub points: u32,
    pub policy: String,
    pub policy_version: u32,
    /// The day of the breach in Tehran.
    pub breach_day: Date,
    pub evidence: Vec<Evidence>,
    pub deducted_at: Timestamp,
    /// When it was reversed, and why.
    pub restored: Option<(Timestamp, Restored)>,
}

/// Why points were restored; as samad.audit.v1.RestoreReason counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restored {
    /// Deadline withdrew the breach.
    BreachWithdrawn,
    /// The manager's rebuttal was accepted.
    RebuttalAccepted,
}

/// All that is known of one referral.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    /// By the fact that stated it.
    pub breaches: Vec<(Uuid, Breach)>,
    pub withdrawals: Vec<Withdrawal>,
    /// By the breach.
    pub deductions: HashMap<Uuid, Deduction>,
    /// The facts of the complaint's case in ledger order.
    pub evidence: Vec<Evidence>,
}

/// By what is decided.
pub struct Rules<'a> {
    pub tehran: &'a Tehran,
    /// The newest version of each term.
    pub terms: &'a [Term],
    pub policies: &'a [EvaluationPolicy],
    pub now: Timestamp,
}

/// What follows for a referral.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    pub deduct: Vec<Deduction>,
    pub restore: Vec<Deduction>,
    /// A breach stands, but its evidence is not complete, or nobody is known to have held the office, or no policy.
    pub waits: bool,
}

impl Settlement {
    /// Whether something follows now.
    #[must_use]
    pub fn is_news(&self) -> bool {
        !self.deduct.is_empty() || !self.restore.is_empty()
    }
}

/// What follows from all that is known of a referral and has not been stated yet.
#[must_use]
pub fn settle(heard: &Heard, rules: &Rules<'_>) -> Settlement {
    let mut settlement = Settlement::default();
    for (breach_id, breach) in &heard.breaches {
        let withdrawn = heard.withdrawals.iter().any(|withdrawal| withdrawal.covers(breach));
        match heard.deductions.get(breach_id) {
            Some(deduction) if withdrawn && deduction.restored.is_none() => {
                let restored = Some((rules.now, Restored::BreachWithdrawn));
                settlement.restore.push(Deduction { restored, ..deduction.clone() });
            }
            None if !withdrawn => match deduct(*breach_id, breach, heard, rules) {
                Some(deduction) => settlement.deduct.push(deduction),
                None => settlement.waits = true,
            },
            _ => {}
        }
    }
    settlement
}

impl Withdrawal {
    fn covers(&self, breach: &Breach) -> bool {
        self.until.is_none_or(|until| breach.stated_at <= until)
    }
}

fn deduct(breach_id: Uuid, breach: &Breach, heard: &Heard, rules: &Rules<'_>) -> Option<Deduction> {
    let complete = EVIDENCE.iter().all(|fact| heard.evidence.iter().any(|known| known.fact == *fact));
    // The complaint was not answered on the day on which its time ended, however much later that was noticed.
    let breach_day = rules.tehran.date(breach.due_at.unwrap_or(breach.breached_at)).civil();
    let term = in_office(rules.terms, &breach.agency, breach_day)?;
    let policy = governing(rules.policies, breach_day)?;
    complete.then(|| Deduction {
        breach_id,
        breach: breach.clone(),
        manager: term.manager.clone(),
        points: policy.inaction_points,
        policy: policy.validity.policy.clone(),
        policy_version: policy.validity.version,
        breach_day,
        evidence: heard.evidence.clone(),
        deducted_at: rules.now,
        restored: None,
    })
}
