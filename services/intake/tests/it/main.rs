//! The intake service against a real PostgreSQL and NATS.

mod bulk;
mod closing;
mod guidance;
mod inaction;
mod looking;
mod recordings;
mod registration;
mod work_list;
mod world;
