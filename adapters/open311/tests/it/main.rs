//! The adapter on a real broker with account walls, against a GeoReport endpoint in the test; the test stands in for routing
//! and moves the clock.

mod city;
mod filing;
mod updates;
mod world;
