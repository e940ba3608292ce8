//! Policies, calendars and clocks: values in, decisions out.

pub mod account;
pub mod adjustment;
pub mod calendar;
pub mod calendar_import;
pub mod change;
pub mod clock;
pub mod closure;
pub mod derive;
pub mod explain;
pub mod policy;
pub mod proposal;
pub mod rules;
