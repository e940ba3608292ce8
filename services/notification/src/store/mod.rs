//! All SQL of the notification service.

pub mod contact_points;
pub mod notices;
pub mod sending;

/// Notices that are to be sent; those that wait for their contact point are not this service's work yet.
pub const PENDING: &str = "SELECT count(*) FROM notice WHERE state = 1";
