//! What letting an adapter in on a live system rests on.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use trust::Kind;

use crate::conformance::Record;
use crate::keyring::now;

/// Shown to whoever has none.
const REMEDY: &str = "an adapter is let in on a live system with the record of its conformance: its people run \
                      `samad conformance run` in a sandbox (docs/integrate/conformance.md) and hand you the file it \
                      writes; then say --live --conformance FILE. Where that cannot be waited for, say why: \
                      --live --without-conformance REASON, which is kept";

#[derive(Args)]
pub struct Proof {
    /// The credentials open this live system, which serves citizens.
    #[arg(long, conflicts_with = "sandbox")]
    live: bool,
    /// The record of the adapter's conformance, as `samad conformance run` wrote it.
    #[arg(long, value_name = "FILE", requires = "live")]
    conformance: Option<PathBuf>,
    /// Why it is let in without one; kept, and shown by `samad agency access`.
    #[arg(long, value_name = "REASON", requires = "live", conflicts_with = "conformance")]
    without_conformance: Option<String>,
}

impl Proof {
    /// What is kept of it, in words; nothing in a sandbox.
    ///
    /// # Errors
    /// When a live system is given too little, with what to do.
    pub(super) fn check(&self, code: &str, kind: Kind) -> Result<Option<String>> {
        if kind == Kind::Sandbox {
            ensure!(!self.live, "--live: this installation is a sandbox: say --sandbox");
            return Ok(None);
        }
        match (&self.conformance, &self.without_conformance) {
            (Some(file), _) => {
                let record = Record::read(file)?;
                record.check(code, now()).with_context(|| format!("--conformance {}", file.display()))?;
                Ok(Some(format!(
                    "conformance passed {} in the sandbox of {}",
                    record.passed_at, record.operator
                )))
            }
            (None, Some(reason)) if !reason.trim().is_empty() => {
                Ok(Some(format!("without conformance: {}", reason.trim())))
            }
            (None, Some(_)) => bail!("--without-conformance: say why, in some words"),
            (None, None) => bail!("{REMEDY}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use trust::Authority;

    use super::*;

    fn given(conformance: Option<PathBuf>, without: Option<&str>) -> Proof {
        Proof { live: true, conformance, without_conformance: without.map(str::to_owned) }
    }

    #[test]
    fn a_live_system_asks_for_the_record_or_a_reason_and_a_sandbox_for_neither() {
        let folder = tempfile::tempdir().unwrap();
        let sandbox = Authority::generate(Kind::Sandbox).unwrap();
        let file = Record::of("ea-gas", now(), &sandbox).unwrap().write(folder.path()).unwrap();
        let kept = given(Some(file.clone()), None).check("ea-gas", Kind::Live).unwrap().unwrap();
        assert!(kept.contains("passed"), "{kept}");
        assert!(given(Some(file), None).check("ea-water", Kind::Live).is_err());
        let kept = given(None, Some("its system is replaced next month")).check("ea-gas", Kind::Live);
        assert!(kept.unwrap().unwrap().contains("next month"));
        assert!(given(None, Some(" ")).check("ea-gas", Kind::Live).is_err());
        let error = given(None, None).check("ea-gas", Kind::Live).unwrap_err().to_string();
        assert!(
            error.contains("--conformance") && error.contains("docs/integrate/conformance.md"),
            "{error}"
        );
        assert!(given(None, None).check("ea-gas", Kind::Sandbox).is_err());
        let nothing = Proof { live: false, ..given(None, None) };
        assert_eq!(nothing.check("ea-gas", Kind::Sandbox).unwrap(), None);
    }
}
