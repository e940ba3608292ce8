//! The audit service against a real PostgreSQL and NATS.

mod doors;
mod figures;
mod proofs;
mod river;
mod tampering;
mod world;
