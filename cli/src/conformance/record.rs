//! The record of an adapter that passed every check: dated, and signed by the operator of the sandbox it passed in.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use trust::{Authority, is_vouched};

use super::checks;

/// An adapter changes, and so does the contract.
const VALID: SignedDuration = SignedDuration::from_hours(24 * 365);
/// Where it is said how to come by one.
const PAGE: &str = "docs/integrate/conformance.md";

/// What a passed run leaves behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The agency whose adapter it was.
    pub agency: String,
    /// When, by the machine's time.
    pub passed_at: Timestamp,
    /// The names of the checks.
    pub checks: Vec<String>,
    /// The public key of the sandbox's operator.
    pub operator: String,
    /// Theirs, of all of the above.
    signature: String,
}

impl Record {
    /// That of the agency's adapter, which passed all checks at `passed_at` in the sandbox of `authority`.
    ///
    /// # Errors
    /// When the authority's key is damaged.
    pub fn of(agency: &str, passed_at: Timestamp, authority: &Authority) -> Result<Self> {
        let mut record = Record {
            agency: agency.to_owned(),
            passed_at,
            checks: checks::names().map(str::to_owned).collect(),
            operator: String::new(),
            signature: String::new(),
        };
        (record.operator, record.signature) = authority.vouch(&record.said())?;
        Ok(record)
    }

    /// Writes it into `folder`; the file.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, folder: &Path) -> Result<PathBuf> {
        let file = std::path::absolute(folder.join(format!("{}.conformance.toml", self.agency)))?;
        std::fs::write(&file, toml::to_string(self)?)
            .with_context(|| format!("{} cannot be written", file.display()))?;
        Ok(file)
    }

    /// Reads one.
    ///
    /// # Errors
    /// When the file is none.
    pub fn read(file: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        toml::from_str(&text).with_context(|| {
            format!("{} is no record of `samad conformance run` (see {PAGE})", file.display())
        })
    }

    /// Whether it speaks for the agency's adapter at `now`.
    ///
    /// # Errors
    /// With what is wrong in which field, and what to do.
    pub fn check(&self, agency: &str, now: Timestamp) -> Result<()> {
        let again = format!("let its people run `samad conformance run` in a sandbox again (see {PAGE})");
        ensure!(
            self.agency == agency,
            "agency: it is the record of {}, not of {agency}: {again}",
            self.agency
        );
        is_vouched(&self.operator, &self.said(), &self.signature)
            .with_context(|| format!("signature: {again}"))?;
        let missing = checks::names().find(|name| !self.checks.iter().any(|passed| passed == name));
        if let Some(missing) = missing {
            anyhow::bail!("checks: {missing} is not among those it passed: {again}");
        }
        ensure!(
            now.duration_since(self.passed_at) <= VALID,
            "passed_at: {} is more than a year ago: {again}",
            self.passed_at
        );
        Ok(())
    }

    /// What is signed.
    fn said(&self) -> String {
        let Record { agency, passed_at, checks, .. } = self;
        format!("samad conformance\n{agency}\n{passed_at}\n{}", checks.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use trust::Kind;

    use super::*;

    #[test]
    fn a_record_speaks_for_one_agency_for_a_year_and_unaltered() {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-11-29T08:00:00Z".parse().unwrap();
        let sandbox = Authority::generate(Kind::Sandbox).unwrap();
        let record = Record::of("ea-gas", now, &sandbox).unwrap();
        let read = Record::read(&record.write(folder.path()).unwrap()).unwrap();
        assert_eq!(read, record);
        read.check("ea-gas", now + VALID).unwrap();
        let wrong =
            |record: &Record, agency: &str, now| format!("{:#}", record.check(agency, now).unwrap_err());
        assert!(wrong(&read, "ea-water", now).starts_with("agency: "));
        assert!(wrong(&read, "ea-gas", now + VALID * 2).starts_with("passed_at: "));
        let mut altered = read.clone();
        altered.passed_at = now + VALID;
        assert!(wrong(&altered, "ea-gas", now).starts_with("signature: "));
        let mut fewer = Record { checks: vec!["pulls".to_owned()], ..read };
        (fewer.operator, fewer.signature) = sandbox.vouch(&fewer.said()).unwrap();
        assert!(wrong(&fewer, "ea-gas", now).starts_with("checks: "));
        let file = folder.path().join("file");
        std::fs::write(&file, "agency = 1").unwrap();
        assert!(Record::read(&file).unwrap_err().to_string().contains(PAGE));
    }
}
