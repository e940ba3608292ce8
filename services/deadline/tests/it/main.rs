//! The deadline service against a real PostgreSQL and NATS.

mod clocks;
mod closures;
mod commitments;
mod doors;
mod rulings;
mod voicemails;
mod world;
