//! Recipients of reports and reminders as a file (TOML): an array `recipient`.

use anyhow::{Context as _, Result};
use contracts::notification::{ImportRecipientsRequest, Recipient};
use serde::Deserialize;

/// The management of two provinces and the national monitor; every name and address is invented.
const SHIPPED: &str = include_str!("../recipients.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    recipient: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    #[serde(default)]
    province: String,
    name_fa: String,
    email: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    withdrawn: bool,
    #[serde(default)]
    agency: String,
}

/// The recipients of a file.
///
/// # Errors
/// Says what cannot be read, and where.
pub fn parse(text: &str) -> Result<ImportRecipientsRequest> {
    let file: File = toml::from_str(text).context("the recipients cannot be read")?;
    let recipient = |entry: Entry| Recipient {
        recipient: entry.code,
        province: entry.province,
        name_fa: entry.name_fa,
        email: entry.email,
        phone: entry.phone,
        withdrawn: entry.withdrawn,
        agency: entry.agency,
    };
    Ok(ImportRecipientsRequest { recipients: file.recipient.into_iter().map(recipient).collect() })
}

/// The invented recipients that come with Samad.
///
/// # Errors
/// When the file that was built in cannot be read.
pub fn shipped() -> Result<ImportRecipientsRequest> {
    parse(SHIPPED)
}
