//! What kind of failure an error is: the message's, the moment's, or the world's.

/// A message that no retry will make acceptable: it goes to the dead letters at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub String);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// The word that refuses: everything else that a handler fails with is tried again.
#[must_use]
pub fn refuse(reason: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(Refused(reason.into()))
}

pub(crate) fn refusal(error: &anyhow::Error) -> Option<&Refused> {
    error.downcast_ref()
}

/// The database is away, full or in conflict with another replica: no fault of any message in the batch.
pub(crate) fn is_outage(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| match cause.downcast_ref::<sqlx::Error>() {
        Some(sqlx::Error::Database(database)) => {
            // SQLSTATE classes: 08 connection, 40 conflict, 53 resources, 57 operator, 58 system, 25P0x idle.
            let code = database.code().unwrap_or_default().into_owned();
            ["08", "40", "53", "57", "58", "25P0"].iter().any(|class| code.starts_with(class))
        }
        Some(sqlx::Error::RowNotFound | sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. }) | None => {
            false
        }
        Some(other) => !matches!(
            other,
            sqlx::Error::Encode(_) | sqlx::Error::TypeNotFound { .. } | sqlx::Error::ColumnNotFound(_)
        ),
    })
}
