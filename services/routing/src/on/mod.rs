//! What routing does when it hears something: one file a fact.

pub mod action_published;
pub mod case_amended;
pub mod case_registered;
pub mod case_reopened;
pub mod case_withdrawn;
pub mod group_answered;
mod let_go;
