//! Types and decisions of intake: pure, so that they can be shuffled and repeated in tests.

pub mod attendance;
pub mod calendar;
pub mod callback;
pub mod calls;
pub mod campaign;
pub mod case_file;
pub mod confidentiality;
pub mod contact;
pub mod desk;
pub mod feedback;
pub mod group;
pub mod guidance;
pub mod hours;
pub mod identity;
pub mod ladder;
pub mod matter;
pub mod meeting;
pub mod occasion;
pub mod persian;
pub mod policy;
pub mod programme;
pub mod redact;
pub mod referral;
pub mod rules;
pub mod versions;
