//! The routing service alone, against a real PostgreSQL and a real NATS.

mod actions;
mod arbitration;
mod catalogue;
mod desk;
mod extensions;
mod faults;
mod quality;
mod referrals;
mod scene;
mod several;
mod withdrawal;
