//! The `samad` command, and the whole system on one machine as tests and benches start it.

pub mod commands;
pub mod demo_day;
pub mod demonstration;
pub mod doors;
pub mod ports;
pub mod secrets;
pub mod show;
pub mod system;
