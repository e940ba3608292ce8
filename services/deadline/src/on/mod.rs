//! What the service does when it hears of referrals.

pub mod answer_held;
pub mod answer_rejected;
pub mod arbitration_asked;
pub mod arbitration_ruled;
pub mod arbitration_withdrawn;
pub mod commitment_made;
pub mod commitment_settled;
pub mod documents_asked;
pub mod documents_received;
pub mod extension_ruled;
mod fold;
mod item;
pub mod referral_answered;
pub mod referral_issued;
pub mod referral_returned;
pub mod referral_withdrawn;
pub mod tell;
pub mod voicemail_followed_up;
pub mod voicemail_recorded;

pub use fold::Clocks;

use anyhow::Result;
use outbox::refuse;

/// An id or a time of a fact; the fact is refused when it cannot be read.
fn read<T, E: std::fmt::Display>(field: &str, value: Result<T, E>) -> Result<T> {
    value.map_err(|error| refuse(format!("{field}: {error}")))
}
