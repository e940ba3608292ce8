//! The way on and off NATS JetStream: connect, streams, publish, consume in batches, answer requests.
//! Facts travel as CloudEvents 1.0 in binary mode.

mod connect;
mod consume;
mod envelope;
mod publish;
mod respond;
mod streams;

pub use connect::{Bus, Login};
pub use consume::{ConsumerLag, Delivery, Feed, LINGER, LINGER_AFTER_PAUSE};
pub use envelope::{Envelope, EnvelopeError, current_traceparent, header, headers, link_to};
pub use publish::Published;
pub use respond::{Request, Requests};
pub use streams::{StreamState, agency_consumer, stream_name};

/// A fact is at most this long; larger content belongs into the object store.
pub const MAX_FACT_BYTES: usize = 256 * 1024;
