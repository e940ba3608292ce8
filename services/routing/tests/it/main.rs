//! The routing service alone, against a real PostgreSQL and a real NATS.

mod actions;
mod agency_calls;
mod amendments;
mod arbitration;
mod catalogue;
mod confidential;
mod desk;
mod door;
mod extensions;
mod faults;
mod groups;
mod inaction;
mod quality;
mod referrals;
mod reopening;
mod scene;
mod several;
mod withdrawal;
