//! Work that time drives.

pub mod announce_slots;
pub mod drop_abandoned;
pub mod lapse_feedback;
pub mod miss_slots;
