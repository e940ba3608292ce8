//! What the intake service can be told.

use secrecy::SecretString;
use serde::Deserialize;

/// The service's configuration; unknown keys are refused.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What every service is told.
    pub common: chassis::Common,
    /// The deployment's key for personal data, at least 32 characters: the same in every replica and in
    /// notification. Without it nothing starts; lost, the identities are lost.
    pub seal_key: SecretString,
    /// Where recordings lie: a folder, made when first needed, or `s3://bucket/prefix` with keys and endpoint in the usual
    /// `AWS_…` variables. The same for every replica.
    pub recordings: String,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            common: chassis::Common::default(),
            seal_key: SecretString::default(),
            recordings: "recordings".to_owned(),
        }
    }
}
