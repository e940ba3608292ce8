//! What the routing service can be told.

use serde::Deserialize;

/// The service's configuration; unknown keys are refused.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What every service is told.
    pub common: chassis::Common,
}
