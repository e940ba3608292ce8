//! What the service does with what it hears: every fact, of every stream.

pub mod any_fact;
pub mod observe;
pub mod read;
mod tell;
mod tell_calendar;
mod tell_endings;
mod tell_rulings;
