//! What a command prints: for people, or with `--json` for programs.

use std::io::Write;

use anyhow::Result;
use prost::Message;

/// How a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// Readable lines.
    Lines,
    /// One JSON document.
    Json,
}

impl Show {
    /// Prints a message of the contracts, whose full name is `name`.
    pub fn message<M: Message>(
        self,
        name: &str,
        message: &M,
        lines: impl FnOnce(&M) -> String,
    ) -> Result<()> {
        match self {
            Show::Lines => print(&lines(message)),
            Show::Json => print(&contracts::json::to_json(name, &message.encode_to_vec())?.to_string()),
        }
        Ok(())
    }

    /// Prints a struct with its fields in their order, which a [`serde_json::Value`] does not keep.
    ///
    /// # Errors
    /// When it is no JSON.
    pub fn fields(self, json: &impl serde::Serialize, lines: impl FnOnce() -> String) -> Result<()> {
        match self {
            Show::Lines => print(&lines()),
            Show::Json => print(&serde_json::to_string(json)?),
        }
        Ok(())
    }

    /// Prints a value made for this command.
    pub fn value(self, json: &serde_json::Value, lines: impl FnOnce() -> String) {
        match self {
            Show::Lines => print(&lines()),
            Show::Json => print(&json.to_string()),
        }
    }
}

/// Prints a line; a reader that has gone (`| head`) has read enough.
fn print(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A wire timestamp for a terminal: UTC, to the second; `-` when absent.
#[must_use]
pub fn instant(at: Option<&prost_types::Timestamp>) -> String {
    match contracts::optional_instant(at) {
        Ok(Some(at)) => jiff::Timestamp::from_second(at.as_second()).unwrap_or(at).to_string(),
        _ => "-".to_owned(),
    }
}

/// An error as one sentence for a person: a refusal of a service by its message, not by its code.
#[must_use]
pub fn sentence(error: &anyhow::Error) -> String {
    match error.downcast_ref::<tonic::Status>() {
        Some(status) if status.code() == tonic::Code::Unavailable => {
            format!("the system does not answer ({}): start it with ./samad up", status.message())
        }
        Some(status) => status.message().to_owned(),
        None => format!("{error:#}"),
    }
}
