//! Typed ids: a case is never taken for a referral.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The text is no UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{kind} must be a UUID such as 0192f0c1-7b3a-7c4d-8e5f-102030405060, not {length} characters of something else"
)]
pub struct IdError {
    kind: &'static str,
    length: usize,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text)
                    .map($name)
                    .map_err(|_| IdError { kind: stringify!($name), length: text.len() })
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                $name(uuid)
            }
        }
    )*};
}

ids! {
    /// One inbound call, letter, form, SMS or meeting turn.
    ContactId,
    /// What a contact becomes when it needs more than an answer on the spot.
    CaseId,
    /// One case with one agency in one round.
    ReferralId,
    /// One action of an agency; the agency chooses it.
    ActionId,
    /// One message to a citizen.
    NoticeId,
    /// One fact: its `ce-id`, its `Nats-Msg-Id`, its place in the ledger.
    FactId,
}

impl FactId {
    /// The id of the fact that follows from this one under `name`: the same however often it is derived.
    #[must_use]
    pub fn derived(&self, name: &str) -> FactId {
        FactId(Uuid::new_v5(&self.0, name.as_bytes()))
    }

    /// The same, as an id that sorts beside this one (UUIDv8): its first 48 bits, a UUIDv7's moment, are this one's. Rows under
    /// such ids lie in an index in the order in which they come, where those under digests are scattered over it.
    #[must_use]
    pub fn derived_beside(&self, name: &str) -> FactId {
        let mut bytes = self.derived(name).0.into_bytes();
        bytes[..6].copy_from_slice(&self.0.as_bytes()[..6]);
        FactId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}
