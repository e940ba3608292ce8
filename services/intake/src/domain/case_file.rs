//! A case and its referrals: when it is referred, accepted, and answered (rule 4), withdrawn and reopened.

use std::collections::{BTreeMap, BTreeSet};

use contracts::intake::CaseState;
use contracts::{CaseId, ReferralId};
use jiff::Timestamp;

use crate::domain::referral::{News, Referral, ReferralState};

/// Longest answer of a case, in characters: that of a dozen talkative agencies. What is longer is cut: each agency's own
/// answer stays whole in its fact.
const ANSWER_MAX: usize = 40_000;

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
    /// Whether agencies may learn the matter only (rule 9).
    pub confidential: bool,
    /// Of whose manager it complains; empty: of nobody's.
    pub about_manager: String,
    /// How far it is.
    pub state: CaseState,
    /// When it was answered or withdrawn, and how.
    pub closing: Option<Closing>,
    /// How often the citizen's word reopened it (rule 8).
    pub reopenings: u32,
    /// Rounds up to this one were answered before the last reopening and settle nothing any more.
    pub settled_round: u32,
    /// The case whose answer becomes this one's, while they are grouped.
    pub lead: Option<CaseId>,
    /// Until when the citizen is asked whether the answer solved the matter.
    pub feedback_until: Option<Timestamp>,
    /// Its referrals.
    pub referrals: BTreeMap<ReferralId, Referral>,
}

/// The end of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// When.
    pub at: Timestamp,
    /// One paragraph an agency; empty when it was withdrawn.
    pub answer: String,
    /// Why it was withdrawn; empty when it was answered.
    pub withdrawal_reason: String,
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

    /// Draws the conclusion from the referrals at `now`; whether the case moved. A closed case stays closed: only the
    /// citizen's word reopens it ([`CaseFile::reopen`]).
    pub fn settle(&mut self, now: Timestamp) -> bool {
        if self.closing.is_some() {
            return false;
        }
        if self.is_answered() {
            self.state = CaseState::Answered;
            self.closing = Some(Closing { at: now, answer: self.answer(), withdrawal_reason: String::new() });
            return true;
        }
        let accepted = self.current().any(|r| r.state == ReferralState::Accepted);
        let state = match (accepted, self.current().next()) {
            (true, _) => CaseState::Accepted,
            (false, Some(_)) => CaseState::Referred,
            (false, None) if self.reopenings > 0 => CaseState::Reopened,
            (false, None) => CaseState::Registered,
        };
        let moved = state != self.state;
        self.state = state;
        moved
    }

    /// Takes the case back at `now`, whatever agencies say later; whether it was not withdrawn before.
    ///
    /// # Errors
    /// When it is answered: nothing is left to take back.
    pub fn withdraw(&mut self, reason: &str, now: Timestamp) -> Result<bool, &'static str> {
        match (self.state, &self.closing) {
            (CaseState::Withdrawn, _) => Ok(false),
            (_, Some(_)) => Err("the case is answered: say whether that solved it"),
            (_, None) => {
                self.state = CaseState::Withdrawn;
                let withdrawal_reason = reason.to_owned();
                self.closing = Some(Closing { at: now, answer: String::new(), withdrawal_reason });
                Ok(true)
            }
        }
    }

    /// Opens an answered case again; the referrals whose answers did not solve it.
    pub fn reopen(&mut self) -> Vec<ReferralId> {
        let answered: Vec<ReferralId> = self.answered().collect();
        self.settled_round = self.referrals.values().map(|r| r.round).max().unwrap_or(0);
        self.reopenings += 1;
        // An objection is one's own: what follows is no matter of the group.
        (self.closing, self.feedback_until, self.lead) = (None, None, None);
        self.state = CaseState::Reopened;
        answered
    }

    /// The referrals whose answers are the case's.
    pub fn answered(&self) -> impl Iterator<Item = ReferralId> {
        self.current().filter(|r| r.state == ReferralState::Answered).map(|r| r.id)
    }

    /// The referrals that count since the last reopening. One whose round no fact told yet may be of these.
    fn current(&self) -> impl Iterator<Item = &Referral> {
        self.referrals.values().filter(|r| r.round == 0 || r.round > self.settled_round)
    }

    /// Answered at least once, everything that was issued heard of and nothing open, and no return without its next
    /// round: each return makes one more round, and until that has its referral, the manual desk or the arbiter has the
    /// case.
    fn is_answered(&self) -> bool {
        let in_state = |state| self.current().filter(move |r| r.state == state).count();
        let rounds: BTreeSet<u32> = self.current().map(|r| r.round).collect();
        in_state(ReferralState::Answered) > 0
            && !self.current().any(|r| r.is_open() || r.since.is_none() || self.misses_others_of(r))
            && in_state(ReferralState::Returned) < rounds.len()
    }

    /// Whether an agency that got the case in the same step was not heard of yet.
    fn misses_others_of(&self, referral: &Referral) -> bool {
        let known = self.current().filter(|r| r.round == referral.round).count();
        known < referral.agencies as usize
    }

    fn answer(&self) -> String {
        let mut answered: Vec<&Referral> =
            self.current().filter(|r| r.state == ReferralState::Answered).collect();
        answered.sort_by_key(|r| (r.round, &r.agency, r.id));
        let answer = answered.iter().map(|r| r.paragraph()).collect::<Vec<_>>().join("\n\n");
        match answer.char_indices().nth(ANSWER_MAX) {
            Some((end, _)) => format!("{}…", &answer[..end]),
            None => answer,
        }
    }
}

#[cfg(test)]
mod tests;
