//! Who must act on a case, and what may be done on a referral. Pure: values in, decisions out.

pub mod action;
pub mod catalogue;
pub mod confidential;
pub mod import;
pub mod journal;
pub mod next_round;
pub mod pseudonym;
pub mod referral;
pub mod refusal;
pub mod reopening;
