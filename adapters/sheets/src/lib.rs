//! Spreadsheets, for those who have nothing else: an agency's open referrals as one and its answers from one, and a trip's
//! letters ([`letters`]).
//!
//! An agency's person downloads what waits, fills in three columns and hands the same file in. Every row that can be taken
//! is, the others are named with what is wrong; handing the file in again records nothing twice, for the id of an action
//! follows from the referral and what is said of it.

mod answers;
mod desk;
pub mod letters;
mod referrals;
pub mod table;

pub use answers::{Answer, Refused, read};
pub use desk::{Taken, hand_in, waiting};
pub use referrals::write;
pub use table::Kind;

/// Names of a column, in English and in Persian: both are read, Persian is written.
pub type Column = [&'static str; 2];

/// Rows of one sheet at most: what an agency without a system has open.
pub const ROWS_MAX: usize = 5_000;

/// What the columns are called.
mod columns {
    use super::Column;

    pub const REFERRAL: Column = ["referral_id", "شناسه ارجاع"];
    pub const ISSUED: Column = ["issued", "تاریخ ارجاع"];
    pub const PROMISED: Column = ["answer_by", "مهلت پاسخ"];
    pub const KIND: Column = ["kind", "نوع"];
    pub const TOPIC: Column = ["topic", "موضوع"];
    pub const COUNTY: Column = ["county", "شهرستان"];
    pub const PLACE: Column = ["place", "محل"];
    pub const STATEMENT: Column = ["statement", "شرح"];
    pub const OUTCOME: Column = ["outcome", "نتیجه"];
    pub const ANSWER: Column = ["answer", "پاسخ"];
    pub const LEGAL_REASON: Column = ["legal_reason", "مستند قانونی"];
}
