//! Work that time drives.

pub mod drop_abandoned;
pub mod lapse_feedback;
