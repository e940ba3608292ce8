//! Types and decisions of intake: pure, so that they can be shuffled and repeated in tests.

pub mod case_file;
pub mod contact;
pub mod identity;
pub mod policy;
pub mod referral;
