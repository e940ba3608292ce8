//! The world outside intake's database.

pub mod recording_files;
