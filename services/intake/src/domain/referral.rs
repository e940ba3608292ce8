//! A referral as far as its facts were heard: joining what is known, so that order and repeats leave no trace.

use contracts::{CaseId, ReferralId};
use jiff::Timestamp;

/// How far a referral is. Later states win over earlier ones, whichever is heard first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferralState {
    /// Sent to the agency.
    Issued = 1,
    /// The agency said that it is at work.
    Accepted = 2,
    /// The agency said that it is not its own: the next round follows.
    Returned = 3,
    /// Ended by an answer.
    Answered = 4,
}

/// One fact about a referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The case that the referral belongs to.
    pub case_id: CaseId,
    /// When the fact happened.
    pub time: Timestamp,
    /// What is known by it.
    pub referral: Referral,
}

/// What is known of one referral; empty, 0 or absent is what no fact told yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// Its id.
    pub id: ReferralId,
    /// The agency's code.
    pub agency: String,
    /// The agency's Persian name, as the citizen reads it.
    pub name_fa: String,
    /// 1 for the first agency of the case, one more after each return.
    pub round: u32,
    /// Agencies that got the case in the same step.
    pub agencies: u32,
    /// How far it is.
    pub state: ReferralState,
    /// When it was issued.
    pub since: Option<Timestamp>,
    /// The agency's words, when answered.
    pub answer: String,
}

impl Referral {
    /// Whether the agency still owes an action.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state < ReferralState::Returned
    }

    /// Joins what another fact told; whether anything is new.
    pub fn join(&mut self, other: &Referral) -> bool {
        let before = self.clone();
        self.state = self.state.max(other.state);
        self.round = self.round.max(other.round);
        self.agencies = self.agencies.max(other.agencies);
        self.since = self.since.or(other.since);
        // One fact tells each of these; should two differ, the order must not decide.
        for (mine, theirs) in [
            (&mut self.agency, &other.agency),
            (&mut self.name_fa, &other.name_fa),
            (&mut self.answer, &other.answer),
        ] {
            if *theirs > *mine {
                mine.clone_from(theirs);
            }
        }
        *self != before
    }

    /// One paragraph of the case's answer: who says what.
    #[must_use]
    pub fn paragraph(&self) -> String {
        let who = if self.name_fa.is_empty() { &self.agency } else { &self.name_fa };
        format!("{who}: {}", self.answer)
    }
}

/// The agency's words as the citizen is to read them.
#[must_use]
pub fn answer_text(text: &str, legal_reason: &str) -> String {
    match (text.trim(), legal_reason.trim()) {
        (text, "") => text.to_owned(),
        ("", reason) => format!("دلیل قانونی: {reason}"),
        (text, reason) => format!("{text} (دلیل قانونی: {reason})"),
    }
}
