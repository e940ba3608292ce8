//! The adapter on a real broker with account walls, against an endpoint that answers as it is told; the test stands in for
//! routing and moves the clock.

mod outages;
mod pushing;
mod receiver;
mod samples;
mod world;
