//! The outside world: here only the disk that holds the signing key.

pub mod key_file;
