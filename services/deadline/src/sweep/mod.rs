//! Work that time drives.

pub mod fire_due;
