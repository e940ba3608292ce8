//! What the intake service can be told.

use secrecy::SecretString;
use serde::Deserialize;

/// The service's configuration; unknown keys are refused.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What every service is told.
    pub common: chassis::Common,
    /// The deployment's key for personal data, at least 32 characters: the same in every replica and in
    /// notification. Without it nothing starts; lost, the identities are lost.
    pub seal_key: SecretString,
}
