//! The intake service against a real PostgreSQL and NATS.

mod bulk;
mod closing;
mod looking;
mod registration;
mod world;
