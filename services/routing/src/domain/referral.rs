//! A referral's life: issued → accepted → answered or returned.

use contracts::{CaseId, ReferralId};

use super::action::Kind;
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
    /// Where it stands.
    pub state: State,
}

impl State {
    /// The state with this number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        [State::Issued, State::Accepted, State::Answered, State::Returned]
            .into_iter()
            .find(|s| *s as i16 == number)
    }

    /// The state after an action. An agency that reports progress has accepted.
    ///
    /// # Errors
    /// [`Code::AlreadyAnswered`] or [`Code::AlreadyReturned`] when the referral has ended.
    pub fn after(self, kind: Kind) -> Result<State, Code> {
        match (self, kind) {
            (State::Answered, _) => Err(Code::AlreadyAnswered),
            (State::Returned, _) => Err(Code::AlreadyReturned),
            (State::Issued | State::Accepted, Kind::Accepted | Kind::Progress) => Ok(State::Accepted),
            (State::Issued | State::Accepted, Kind::Answer) => Ok(State::Answered),
            (State::Issued | State::Accepted, Kind::Returned) => Ok(State::Returned),
        }
    }
}
