//! Pure decisions of the audit service: no SQL, no clock, no network.

pub mod checkpoint;
pub mod days;
pub mod figures;
pub mod leaf;
pub mod paths;
pub mod proof;
pub mod tree;
pub mod verify;
