//! The citizen's documents: asked by the agency, brought to the centre. How long the clock stands still meanwhile is
//! deadline's policy.

use contracts::{ActionId, CaseId, ReferralId};
use jiff::Timestamp;

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
