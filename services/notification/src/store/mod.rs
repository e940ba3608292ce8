//! All SQL of the notification service.

pub mod contact_points;
pub mod documents;
pub mod escalations;
pub mod meetings;
pub mod notices;
pub mod recipients;
pub mod reminders;
pub mod sending;
pub mod topics;

/// Notices that are to be sent; those that wait for their contact point, or for the morning after the day they tell of, are
/// not this service's work yet.
pub const PENDING: &str = "SELECT count(*) FROM sending s JOIN notice n USING (notice_id)
     WHERE NOT (n.template IN ('escalated', 'reminded') AND s.attempts = 0)";
