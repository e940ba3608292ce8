//! Plays a real city's recorded cases through the whole system: each row becomes a contact, a case and a
//! referral, and its agency's side is replayed by adapters when the row says so.

mod agencies;
pub mod boston311;
mod check;
mod drive;
pub mod faults;

pub use agencies::Answers;
pub use check::{Expected, InTime, faults};
pub use drive::{Replay, Times};

use jiff::Timestamp;

/// One recorded case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The source's own number: the case's natural key.
    pub number: String,
    /// The agency that had it.
    pub agency: String,
    /// The topic's code and name.
    pub topic: String,
    pub topic_name: String,
    pub province: &'static str,
    pub channel: contracts::intake::Channel,
    pub text: String,
    pub place: String,
    pub opened_at: Timestamp,
    /// The programme's own deadline, if it set one.
    pub target_at: Option<Timestamp>,
    /// When and how it was closed; open if absent.
    pub closed: Option<(Timestamp, String)>,
}
