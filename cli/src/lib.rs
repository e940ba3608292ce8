//! The `samad` command, and the whole system on one machine as tests and benches start it.

pub mod bench;
pub mod broker;
pub mod commands;
pub mod conformance;
pub mod demo_day;
pub mod demonstration;
pub mod doors;
pub mod figures;
pub mod forward;
pub mod given;
pub mod handover;
pub mod keyring;
pub mod letters;
pub mod ports;
pub mod processes;
pub mod replay;
pub mod sandbox;
pub mod secrets;
pub mod services;
pub mod show;
pub mod simulate;
pub mod system;
