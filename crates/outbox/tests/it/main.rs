//! The outbox against real PostgreSQL and NATS: nothing lost, nothing doubled, nobody stopped by poison.

mod faults;
mod folding;
mod gathering;
mod river;
mod world;
