//! Work that time drives.

pub mod send_due;
