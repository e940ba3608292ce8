//! Pure decisions of the audit service: no SQL, no clock, no network.

pub mod checkpoint;
pub mod days;
pub mod evaluation;
pub mod faults;
pub mod figures;
pub mod leaf;
pub mod office;
pub mod paths;
pub mod points;
pub mod policy;
pub mod proof;
pub mod rebuttal;
pub mod report;
pub mod tree;
pub mod verify;
