//! What the audit service can be told.

use std::path::PathBuf;

use serde::Deserialize;

/// The service's configuration; unknown keys are refused.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What every service is told.
    pub common: chassis::Common,
    /// The log's name in checkpoints and keys, unique among all logs: a host name with a path, without scheme.
    pub origin: String,
    /// The file with the log's signing key; made on first start. Every replica must have the same one, and the
    /// database must not: who can write both can forge the ledger.
    pub key_file: PathBuf,
    /// Milliseconds between checkpoints while the ledger grows.
    pub checkpoint_every_ms: u64,
    /// Leaves after which a checkpoint is signed without waiting.
    pub checkpoint_leaves: u64,
    /// Milliseconds between looks for points to take off or to restore (rule 6).
    pub settle_every_ms: u64,
    /// The program that writes reports as PDF; empty: `samad-typeset`, beside this program or on the PATH.
    pub typesetter: PathBuf,
    /// Milliseconds between looks for periods whose reports are due (rule 10).
    pub report_look_ms: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            common: chassis::Common::default(),
            origin: "samad.ir/ledger".to_owned(),
            key_file: PathBuf::from("var/audit/ledger.key"),
            checkpoint_every_ms: 1_000,
            checkpoint_leaves: 1_000,
            settle_every_ms: 1_000,
            typesetter: PathBuf::new(),
            report_look_ms: 60_000,
        }
    }
}
