//! What the deadline service can be told.

use serde::Deserialize;

/// The service's configuration; unknown keys are refused.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What every service is told.
    pub common: chassis::Common,
    /// Milliseconds (of the deployment's clock) after a moment before it is stated as missed: an answer
    /// given in time but still on its way is heard first.
    pub grace_ms: u32,
    /// Milliseconds (of the machine) between two looks at what is due.
    pub sweep_wait_ms: u32,
    /// Milliseconds (of the machine) between two looks that ignore the low-water mark.
    pub full_sweep_ms: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            common: chassis::Common::default(),
            grace_ms: 2_000,
            sweep_wait_ms: 200,
            full_sweep_ms: 60_000,
        }
    }
}
