//! Work that time drives.

pub mod issue_reports;
pub mod settle_points;
pub mod sign_checkpoint;
