//! Policies and clocks: values in, decisions out.

pub mod clock;
pub mod explain;
pub mod jalali;
pub mod policy;
pub mod tehran;
