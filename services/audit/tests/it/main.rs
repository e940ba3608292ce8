//! The audit service against a real PostgreSQL.

mod doors;
mod figures;
mod proofs;
mod tampering;
mod world;
