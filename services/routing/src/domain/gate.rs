//! The quality gate: an answer passes before it counts. What looks empty, copied or evasive is held for a reviewer.

use std::collections::{HashMap, VecDeque};

use super::likeness::{distance, fingerprint};
use super::policy::{Policy, WINDOW_MOST};
use super::words::{has_phrase, letters, normal};

/// Why an answer is held. The numbers are those of `samad.routing.v1.HoldReason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// It says next to nothing.
    TooShort = 1,
    /// Near-identical to many others of its agency.
    Boilerplate = 2,
    /// It only points elsewhere.
    GoesElsewhere = 3,
}

impl Hold {
    const ALL: [Hold; 3] = [Hold::TooShort, Hold::Boilerplate, Hold::GoesElsewhere];

    /// The reason with this number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|hold| *hold as i16 == number)
    }

    /// In Persian and English, for the reviewer.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Hold::TooShort => ("پاسخ بسیار کوتاه است", "the answer says next to nothing"),
            Hold::Boilerplate => (
                "پاسخ با بسیاری از پاسخ‌های همین دستگاه تقریباً یکی است",
                "the answer is near-identical to many others of the agency",
            ),
            Hold::GoesElsewhere => {
                ("پاسخ شهروند را به جای دیگری می‌فرستد", "the answer only points the citizen elsewhere")
            }
        }
    }
}

/// Fingerprints of an agency's latest answers, oldest first; those that came in this batch are still to be kept.
#[derive(Debug, Default)]
struct Window {
    latest: VecDeque<u64>,
    new: Vec<u64>,
}

/// What answers of a batch are compared with.
#[derive(Debug, Default)]
pub struct Gate {
    windows: HashMap<String, Window>,
}

impl Gate {
    /// Compares with these fingerprints, of each agency the latest, oldest first.
    #[must_use]
    pub fn new(latest: impl IntoIterator<Item = (String, u64)>) -> Self {
        let mut gate = Gate::default();
        for (agency, fingerprint) in latest {
            gate.windows.entry(agency).or_default().latest.push_back(fingerprint);
        }
        gate
    }

    /// Why an answer of `agency` is held; empty when it passes. It is compared with what came before it, and what comes
    /// after is compared with it.
    pub fn examine(&mut self, agency: &str, text: &str, policy: &Policy) -> Vec<Hold> {
        let text = normal(text);
        let mut holds = Vec::new();
        if letters(&text) < policy.answer_letters_min as usize {
            holds.push(Hold::TooShort);
        }
        if policy.boilerplate_window > 0 && self.is_boilerplate(agency, fingerprint(&text), policy) {
            holds.push(Hold::Boilerplate);
        }
        if policy.elsewhere_phrases.iter().any(|phrase| has_phrase(&text, &normal(phrase))) {
            holds.push(Hold::GoesElsewhere);
        }
        holds
    }

    fn is_boilerplate(&mut self, agency: &str, new: u64, policy: &Policy) -> bool {
        let window = self.windows.entry(agency.to_owned()).or_default();
        let compared = window.latest.iter().rev().take(policy.boilerplate_window as usize);
        let others = compared.filter(|known| distance(**known, new) <= policy.boilerplate_bits).count();
        window.latest.push_back(new);
        window.new.push(new);
        if window.latest.len() > WINDOW_MOST as usize {
            window.latest.pop_front();
        }
        policy.boilerplate_others > 0 && others >= policy.boilerplate_others as usize
    }

    /// The fingerprints that are still to be kept, in order.
    pub fn new_fingerprints(&self) -> impl Iterator<Item = (&str, u64)> {
        self.windows.iter().flat_map(|(agency, window)| window.new.iter().map(|new| (agency.as_str(), *new)))
    }
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
