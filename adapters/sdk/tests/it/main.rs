//! Adapters on a real broker with real account walls; the test stands in for routing.

mod asking;
mod flow;
mod health;
mod outages;
mod world;
