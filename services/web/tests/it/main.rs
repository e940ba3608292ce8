//! The web service alone, against a gRPC server that answers as intake would: the way of errors, limits
//! and headers. The whole system's stories are in the crate `tests`.

mod api;
mod attendance;
mod feedback;
mod intake;
mod limits;
mod open311;
mod pages;
mod routing;
mod staff;
mod world;
