//! A referral's life: issued → accepted → answered (perhaps held for a reviewer before), returned or withdrawn; meanwhile
//! extensions and documents are asked.

use contracts::{CaseId, ReferralId};

use super::action::{Action, Kind};
use super::policy::Policy;
use super::refusal::Code;

/// Where a referral stands. The numbers are those of `samad.routing.v1.ReferralState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Sent to the agency.
    Issued = 1,
    /// The agency works on it.
    Accepted = 2,
    /// The agency ended it with an answer.
    Answered = 3,
    /// The agency said that it is not its own.
    Returned = 4,
    /// The citizen withdrew the case.
    Withdrawn = 5,
    /// Its answer waits for a reviewer.
    Held = 6,
}

/// A referral as actions see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// Its id.
    pub referral_id: ReferralId,
    /// The case it belongs to.
    pub case_id: CaseId,
    /// 1 for the case's first agency, one more after each return.
    pub round: u32,
    /// Who must act.
    pub agency: String,
    /// The case's province.
    pub province: String,
    /// The case's programme; empty: none.
    pub programme: String,
    /// Where it stands.
    pub state: State,
    /// Whether it cannot be returned: an arbiter sent it, or it complains of the agency's inaction.
    pub is_ruled: bool,
    /// Extensions that were asked for.
    pub extensions_asked: u32,
    /// Whether the province still owes a ruling on one.
    pub extension_open: bool,
    /// Whether documents are waited for.
    pub documents_open: bool,
}

impl State {
    const ALL: [State; 6] =
        [State::Issued, State::Accepted, State::Answered, State::Returned, State::Withdrawn, State::Held];

    /// The state with this number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|s| *s as i16 == number)
    }

    /// Whether something of it is still to come.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, State::Issued | State::Accepted | State::Held)
    }

    /// The numbers of the states that are open.
    #[must_use]
    pub fn open() -> Vec<i16> {
        Self::ALL.into_iter().filter(|s| s.is_open()).map(|s| s as i16).collect()
    }

    /// Why no action can be recorded now; none where one can.
    #[must_use]
    pub fn refuses(self) -> Option<Code> {
        match self {
            State::Issued | State::Accepted => None,
            State::Answered => Some(Code::AlreadyAnswered),
            State::Returned => Some(Code::AlreadyReturned),
            State::Withdrawn => Some(Code::CaseWithdrawn),
            State::Held => Some(Code::AnswerUnderReview),
        }
    }
}

impl Referral {
    /// Takes an action that has all it needs. An agency that does anything but return it has accepted.
    ///
    /// # Errors
    /// Why it cannot be taken: the referral has ended, or the policy does not allow it.
    pub fn take(&mut self, action: &Action, policy: &Policy) -> Result<(), Code> {
        if let Some(code) = self.state.refuses() {
            return Err(code);
        }
        match action.kind {
            Kind::Answer => self.state = State::Answered,
            // An arbiter's word is the last on whose a case is; whose inaction is complained of is no question.
            Kind::Returned if self.is_ruled => return Err(Code::RuledByArbiter),
            Kind::Returned => self.state = State::Returned,
            Kind::Accepted | Kind::Progress => self.state = State::Accepted,
            Kind::ExtensionAsked => {
                self.may_extend(action.extension_days, policy)?;
                (self.state, self.extension_open) = (State::Accepted, true);
                self.extensions_asked += 1;
            }
            Kind::DocumentsAsked if self.documents_open => return Err(Code::DocumentsPending),
            Kind::DocumentsAsked => (self.state, self.documents_open) = (State::Accepted, true),
        }
        Ok(())
    }

    fn may_extend(&self, days: u32, policy: &Policy) -> Result<(), Code> {
        if self.extension_open {
            Err(Code::ExtensionPending)
        } else if self.extensions_asked >= policy.extensions_max {
            Err(Code::NoMoreExtensions)
        } else if days > policy.extension_days_max {
            Err(Code::TooManyDays)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
#[path = "referral_tests.rs"]
mod tests;
