//! The routing service alone, against a real PostgreSQL and a real NATS.

mod actions;
mod catalogue;
mod confidential;
mod desk;
mod faults;
mod groups;
mod referrals;
mod reopening;
mod scene;
