//! Work that time drives.

pub mod sign_checkpoint;
