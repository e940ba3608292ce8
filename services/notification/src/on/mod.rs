//! What the service does when it hears of something that a citizen or the staff is to be told: it makes one
//! notice.

pub mod agency_registered;
pub mod case_closed;
pub mod case_registered;
pub mod case_reopened;
pub mod case_withdrawn;
pub mod deadline_breached;
pub mod deadline_escalated;
pub mod documents_asked;
pub mod extension_ruled;
mod invite;
pub mod meeting_called;
pub mod meeting_invited;
pub mod referral_issued;
mod remind;
pub mod reminder_due;
pub mod report_issued;
pub mod tell;
pub mod topics_named;

use anyhow::Result;
use outbox::refuse;

/// An id or a time of a fact; the fact is refused when it cannot be read.
fn read<T, E: std::fmt::Display>(field: &str, value: Result<T, E>) -> Result<T> {
    value.map_err(|error| refuse(format!("{field}: {error}")))
}
