//! Monthly and quarterly reports (rule 10), folded from the ledger's facts.
//!
//! A report counts what happened before its period's end, as far as it is among the leaves it is built from: the same
//! leaves make the same report, in whatever order they are read.

mod figures;
pub mod fold;
pub mod names;
pub mod observation;
pub mod period;
pub mod present;
pub mod public;
pub mod referrals;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub use figures::{AgencyTally, Tally};
pub use fold::Fold;
pub use observation::Observation;
pub use period::Period;
pub use present::{Basis, Report, Source};
