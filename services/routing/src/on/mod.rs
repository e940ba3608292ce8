//! What routing does when it hears something: one file a fact.

pub mod action_published;
pub mod case_registered;
pub mod case_withdrawn;
