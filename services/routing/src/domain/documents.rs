//! The citizen's documents: asked by the agency, brought to the centre. How long the clock stands still meanwhile is
//! deadline's policy.

use contracts::{ActionId, CaseId, ReferralId};
use jiff::Timestamp;

use super::referral::State;

/// What an agency asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Which referral waits.
    pub referral_id: ReferralId,
    /// The action that asks; with the referral what makes the request itself.
    pub action_id: ActionId,
    /// The case it belongs to.
    pub case_id: CaseId,
    /// Who asks.
    pub agency: String,
    /// Whose centre takes them.
    pub province: String,
    /// Which, for the citizen to read.
    pub documents: String,
    /// When.
    pub asked_at: Timestamp,
}

/// That they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    /// When.
    pub received_at: Timestamp,
    /// Where the agency finds them.
    pub note: String,
    /// Who took them.
    pub recorded_by: String,
}

/// A request as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What was asked.
    pub asked: Asked,
    /// None as long as they have not come.
    pub came: Option<Came>,
}

/// What recording them now is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They come now: the agency goes on.
    Now,
    /// They came before.
    Before(Timestamp),
    /// The referral has ended without them.
    Ended,
}

impl Request {
    /// What it is to record that they come, on a referral in `state`: they come once, and what ended needs none.
    #[must_use]
    pub fn standing(&self, state: State) -> Standing {
        match &self.came {
            Some(came) => Standing::Before(came.received_at),
            None if state.is_open() => Standing::Now,
            None => Standing::Ended,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const STATES: [State; 6] =
        [State::Issued, State::Accepted, State::Answered, State::Returned, State::Withdrawn, State::Held];

    proptest! {
        /// However often they are recorded, whatever becomes of the referral meanwhile: they come once at most, only while it
        /// is open, and whoever records them again hears when they came.
        #[test]
        fn they_come_once_and_only_to_an_open_referral(states in prop::collection::vec(0..STATES.len(), 1..12)) {
            let asked = Asked {
                referral_id: ReferralId(Uuid::nil()),
                action_id: ActionId(Uuid::nil()),
                case_id: CaseId(Uuid::nil()),
                agency: "water".into(),
                province: "fars".into(),
                documents: "سند".into(),
                asked_at: Timestamp::UNIX_EPOCH,
            };
            let (mut request, mut came_at) = (Request { asked, came: None }, None);
            for (second, state) in (1..).zip(states) {
                let (state, received_at) = (STATES[state], Timestamp::from_second(second).unwrap());
                match request.standing(state) {
                    Standing::Now => {
                        prop_assert!(state.is_open() && came_at.is_none());
                        came_at = Some(received_at);
                        let (note, recorded_by) = (String::new(), String::new());
                        request.came = Some(Came { received_at, note, recorded_by });
                    }
                    Standing::Before(at) => prop_assert_eq!(Some(at), came_at),
                    Standing::Ended => prop_assert!(!state.is_open() && came_at.is_none()),
                }
            }
        }
    }
}
