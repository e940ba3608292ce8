//! What the simulation knows of the cases it brought: its own book, kept from what the doors answered and the facts told.

use std::collections::{HashMap, HashSet};

use contracts::intake::RegisterContactRequest;

use super::news::Event;

/// A case that was brought.
#[derive(Debug, Clone)]
pub struct Case {
    /// Of the contact it came with.
    pub number: u64,
    pub tracking_code: String,
    pub contact: RegisterContactRequest,
    /// Neither answered nor taken back.
    pub open: bool,
    /// How often it was answered.
    pub answers: u32,
    /// Referrals of it whose inaction was complained of.
    pub complained: HashSet<String>,
}

/// Everything that was brought, and how it stands.
#[derive(Debug, Default)]
pub struct Book {
    cases: HashMap<String, Case>,
    overdue: HashSet<String>,
    ended: HashSet<String>,
}

impl Book {
    /// Enters a case under its id.
    pub fn enter(&mut self, case_id: String, case: Case) {
        self.cases.insert(case_id, case);
    }

    /// The case; none if somebody else brought it.
    #[must_use]
    pub fn case(&self, case_id: &str) -> Option<&Case> {
        self.cases.get(case_id)
    }

    /// The case, to write down how it stands.
    pub fn case_mut(&mut self, case_id: &str) -> Option<&mut Case> {
        self.cases.get_mut(case_id)
    }

    /// The number of the contact that brought a case: what is drawn for it is drawn by this, for ids differ each time.
    #[must_use]
    pub fn number(&self, case_id: &str) -> u64 {
        self.cases.get(case_id).map(|case| case.number).unwrap_or_default()
    }

    /// Whether nothing was answered on the referral by its due moment, nor since.
    #[must_use]
    pub fn is_overdue(&self, referral_id: &str) -> bool {
        self.overdue.contains(referral_id) && !self.ended.contains(referral_id)
    }

    /// Takes down what a fact told.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::Closed { case_id, .. } => {
                if let Some(case) = self.cases.get_mut(case_id) {
                    case.open = false;
                    case.answers += 1;
                }
            }
            Event::Breached { referral_id, .. } => {
                self.overdue.insert(referral_id.clone());
            }
            Event::InTimeAgain { referral_id } => {
                self.overdue.remove(referral_id);
            }
            Event::Ended { referral_id } => {
                self.ended.insert(referral_id.clone());
            }
            Event::Registered { .. } => {}
        }
    }
}
