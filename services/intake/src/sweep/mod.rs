//! Work that time drives.

pub mod announce_slots;
pub mod drop_abandoned;
pub mod miss_slots;
