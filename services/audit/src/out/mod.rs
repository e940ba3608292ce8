//! The outside world: the disk that holds the signing key, and the program that writes PDFs.

pub mod key_file;
pub mod typesetter;
