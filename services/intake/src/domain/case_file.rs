//! A case and its referrals: when it is referred, accepted, and answered (rule 4).

use std::collections::BTreeMap;

use contracts::intake::CaseState;
use contracts::{CaseId, ReferralId};
use jiff::Timestamp;

use crate::domain::referral::{News, Referral, ReferralState};

/// A case with the referrals heard of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFile {
    /// Its id.
    pub id: CaseId,
    /// Province code.
    pub province: String,
    /// County, empty when unknown.
    pub county: String,
    /// Topic code.
    pub topic: String,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// How far it is.
    pub state: CaseState,
    /// When it was answered, and how.
    pub closing: Option<Closing>,
    /// Its referrals.
    pub referrals: BTreeMap<ReferralId, Referral>,
}

/// The end of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// When.
    pub at: Timestamp,
    /// One paragraph an agency.
    pub answer: String,
}

impl CaseFile {
    /// Takes in one fact; whether it told anything new.
    pub fn hear(&mut self, news: &News) -> bool {
        match self.referrals.get_mut(&news.referral.id) {
            Some(known) => known.join(&news.referral),
            None => {
                self.referrals.insert(news.referral.id, news.referral.clone());
                true
            }
        }
    }

    /// Draws the conclusion from the referrals at `now`; whether the case moved. An answered case stays answered.
    pub fn settle(&mut self, now: Timestamp) -> bool {
        if self.closing.is_some() {
            return false;
        }
        if self.is_answered() {
            self.state = CaseState::Answered;
            self.closing = Some(Closing { at: now, answer: self.answer() });
            return true;
        }
        let accepted = self.referrals.values().any(|r| r.state == ReferralState::Accepted);
        let state = match (accepted, self.referrals.is_empty()) {
            (true, _) => CaseState::Accepted,
            (false, false) => CaseState::Referred,
            (false, true) => CaseState::Registered,
        };
        let moved = state != self.state;
        self.state = state;
        moved
    }

    /// Answered at least once, nothing open, and no returned round without its next one.
    fn is_answered(&self) -> bool {
        let last_round = self.referrals.values().map(|r| r.round).max().unwrap_or(0);
        let pending =
            |r: &Referral| r.is_open() || (r.state == ReferralState::Returned && r.round >= last_round);
        self.referrals.values().any(|r| r.state == ReferralState::Answered)
            && !self.referrals.values().any(pending)
    }

    fn answer(&self) -> String {
        let mut answered: Vec<&Referral> =
            self.referrals.values().filter(|r| r.state == ReferralState::Answered).collect();
        answered.sort_by_key(|r| (r.round, &r.agency, r.id));
        answered.iter().map(|r| r.paragraph()).collect::<Vec<_>>().join("\n\n")
    }
}

#[cfg(test)]
mod tests;
