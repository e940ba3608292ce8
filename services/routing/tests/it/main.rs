//! The routing service alone, against a real PostgreSQL and a real NATS.

mod actions;
mod catalogue;
mod desk;
mod faults;
mod referrals;
mod scene;
