//! The intake service against a real PostgreSQL and NATS.

mod attendance;
mod bulk;
mod callbacks;
mod campaigns;
mod closing;
mod confidential;
mod door;
mod ending;
mod groups;
mod guidance;
mod inaction;
mod later_rules;
mod looking;
mod meetings;
mod promises;
mod provinces;
mod recordings;
mod registration;
mod same_matter;
mod sources;
mod work_list;
mod world;
