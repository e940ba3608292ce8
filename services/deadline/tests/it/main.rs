//! The deadline service against a real PostgreSQL and NATS.

mod clocks;
mod commitments;
mod doors;
mod world;
