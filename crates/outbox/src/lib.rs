//! State and outgoing facts in one commit, and exactly-once effect on at-least-once delivery.
//!
//! A service opens a [`Store`], hears facts through [`Listener`]s, takes requests through a [`Gather`],
//! and runs one relay ([`Store::relay`]), which publishes what was committed until it is acknowledged.
//! There is no inbox table: what a fact changes has a natural key (docs/decisions/0003).

mod dead;
mod failure;
mod gather;
mod hear;
mod listen;
mod meters;
mod newest;
mod ops;
mod pace;
mod relay;
mod service;
mod split;
mod store;
mod sweep;
mod tx;

pub use failure::{Refused, refuse};
pub use gather::{Commit, Failed, Gather};
pub use hear::{Fold, Folded, Hear, HearAny, Heard, Says};
pub use listen::Listener;
pub use newest::Newest;
pub use ops::Ops;
pub use pace::Pace;
pub use service::{Running, Service};
pub use store::Store;
pub use sweep::Sweep;
pub use tx::{FACT_MAX_BYTES, Tx};
