//! The intake service against a real PostgreSQL and NATS.

mod attendance;
mod bulk;
mod campaigns;
mod closing;
mod guidance;
mod inaction;
mod looking;
mod meetings;
mod recordings;
mod registration;
mod work_list;
mod world;
