//! Work that time drives.

mod lease;
pub mod send_due;
mod write_down;
