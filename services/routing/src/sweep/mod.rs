//! What routing does by time.

pub mod ensure_consumers;
