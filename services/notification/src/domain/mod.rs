//! Notices: what is told, to whom, by which way, and when it is tried again.

pub mod notice;
pub mod reach;
pub mod retry;
pub mod text;
