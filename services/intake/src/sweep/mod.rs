//! Work that time drives.

pub mod drop_abandoned;
