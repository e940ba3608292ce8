//! Managers in office as a file (TOML): an array `term`.

use anyhow::{Context as _, Result};
use contracts::audit::{ImportManagersRequest, Term};
use serde::Deserialize;

/// Two provinces' managers; every name is invented.
const SHIPPED: [&str; 2] =
    [include_str!("../managers/east-azerbaijan.toml"), include_str!("../managers/fars.toml")];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Of every term in the file.
    province: String,
    term: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    agency: String,
    manager: String,
    name_fa: String,
    title_fa: String,
    first_day: String,
    #[serde(default)]
    last_day: String,
    #[serde(default)]
    withdrawn: bool,
}

/// The terms of a file.
///
/// # Errors
/// Says what cannot be read, and where.
pub fn parse(text: &str) -> Result<ImportManagersRequest> {
    let file: File = toml::from_str(text).context("the managers cannot be read")?;
    let term = |entry: Entry| Term {
        agency: entry.agency,
        province: file.province.clone(),
        manager: entry.manager,
        name_fa: entry.name_fa,
        title_fa: entry.title_fa,
        first_day: entry.first_day,
        last_day: entry.last_day,
        version: 0,
        withdrawn: entry.withdrawn,
    };
    Ok(ImportManagersRequest { terms: file.term.into_iter().map(term).collect() })
}

/// The fictional managers that come with Samad.
///
/// # Errors
/// When a file that was built in cannot be read.
pub fn shipped() -> Result<ImportManagersRequest> {
    let files = SHIPPED.iter().map(|text| Ok(parse(text)?.terms)).collect::<Result<Vec<_>>>()?;
    Ok(ImportManagersRequest { terms: files.concat() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::read_term;
    use crate::domain::office::{adopt, in_office};

    #[test]
    fn the_shipped_managers_hold_each_office_alone() {
        let terms: Vec<_> =
            shipped().unwrap().terms.into_iter().map(|term| read_term(term).unwrap()).collect();
        let adopted = adopt(&[], terms.clone()).unwrap();
        assert_eq!(adopted.len(), terms.len());
        let day = jiff::civil::date(2025, 9, 23);
        assert!(terms.iter().all(|term| in_office(&adopted, &term.agency, day).is_some()));
    }
}
