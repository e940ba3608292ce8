//! Who must act on a case, and what may be done on a referral. Pure: values in, decisions out.

pub mod action;
pub mod admission;
pub mod arbitration;
pub mod callback;
pub mod catalogue;
pub mod confidential;
pub mod documents;
pub mod extension;
pub mod gate;
pub mod held;
pub mod import;
pub mod inaction;
pub mod journal;
pub mod likeness;
pub mod next_round;
pub mod policy;
pub mod pseudonym;
pub mod referral;
pub mod refusal;
pub mod reopening;
pub mod statement;
pub mod words;
