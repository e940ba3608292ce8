//! The audit service against a real PostgreSQL and NATS.

mod doors;
mod evaluation;
mod figures;
mod points;
mod proofs;
mod reports;
mod river;
mod tampering;
mod world;
