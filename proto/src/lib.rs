//! The contracts of the river: generated messages and services, typed ids, the tracking code,
//! the catalogue of facts, and their JSON mapping. Everything that crosses a service's wall is here, once.

mod catalogue;
pub mod fault;
mod ids;
pub mod json;
mod time;
mod tracking_code;

pub use catalogue::{AGENCY_HEARS, CATALOGUE, Fact, FactName, NOBODY, shard, subject_filter};
pub use ids::{ActionId, CaseId, ContactId, FactId, IdError, NoticeId, ReferralId};
pub use time::{TimeError, optional_instant, required_instant, timestamp};
pub use tracking_code::{TrackingCode, TrackingCodeError};

/// The file descriptors of every message and service, for gRPC reflection and the JSON mapping.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// Generated from `samad/<owner>/v1/*.proto`; the packages of the wire are the modules here.
#[expect(clippy::all, clippy::allow_attributes, reason = "generated code")]
mod generated {
    macro_rules! packages {
        ($($owner:ident),*) => {$(
            pub mod $owner {
                pub mod v1 {
                    include!(concat!(env!("OUT_DIR"), "/samad.", stringify!($owner), ".v1.rs"));
                }
            }
        )*};
    }
    packages!(agency, audit, deadline, intake, notification, ops, routing);
}

pub use generated::agency::v1 as agency;
pub use generated::audit::v1 as audit;
pub use generated::deadline::v1 as deadline;
pub use generated::intake::v1 as intake;
pub use generated::notification::v1 as notification;
pub use generated::ops::v1 as ops;
pub use generated::routing::v1 as routing;
