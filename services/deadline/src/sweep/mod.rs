//! Work that time or new rules drive.

pub mod fire_due;
pub mod move_clocks;
