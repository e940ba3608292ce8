//! Notices: what is told, to whom, by which way, and when it is tried again.

pub mod digest;
pub mod meeting;
pub mod notice;
pub mod reach;
pub mod recipient;
pub mod retry;
pub mod text;
