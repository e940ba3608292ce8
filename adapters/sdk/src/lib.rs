#![doc = include_str!("../README.md")]

mod agency;
mod circuit;
mod clerk;
mod connection;
mod desk;
pub mod health;
mod outcome;
mod referral;
mod serve;
mod turns;

pub use agency::Agency;
pub use connection::Connection;
pub use contracts::intake::Kind;
pub use contracts::{CaseId, ReferralId};
pub use desk::Desk;
pub use outcome::{
    Answer, Documents, MoreTime, News, Outcome, Refusal, Retry, Return, documents, more_time, not_ours,
};
pub use referral::Referral;
pub use serve::{serve, serve_until};
pub use tokio_util::sync::CancellationToken;
