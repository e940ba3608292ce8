//! What the service does when it hears of referrals.

pub mod commitment_made;
pub mod commitment_settled;
mod fold;
pub mod referral_answered;
pub mod referral_issued;
pub mod referral_returned;
pub mod tell;

pub use fold::Clocks;

use anyhow::Result;
use outbox::refuse;

/// An id or a time of a fact; the fact is refused when it cannot be read.
fn read<T, E: std::fmt::Display>(field: &str, value: Result<T, E>) -> Result<T> {
    value.map_err(|error| refuse(format!("{field}: {error}")))
}
