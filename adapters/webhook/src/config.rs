//! What the adapter is told.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Result;
use chassis::clock::Clock;
use chassis::{Common, Profile};
use secrecy::SecretString;
use serde::Deserialize;

/// The adapter's configuration; unknown keys are refused.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Whether citizens are served or a rehearsal is shown.
    pub profile: Profile,
    /// The clock that the schedule of tries goes by: `live`, or the rehearsal's.
    pub clock: String,
    /// Where `/healthz`, `/readyz` and `/metrics` listen.
    pub admin: SocketAddr,
    /// What is not delivered yet is kept here, a folder an agency, which only its owner reads.
    pub folder: PathBuf,
    /// Whose referrals are pushed where.
    #[serde(rename = "agency")]
    pub agencies: Vec<Agency>,
}

/// One agency's endpoint.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// The file of credentials that `samad agency onboard` wrote.
    pub credentials: PathBuf,
    /// Where to post: `https`, or `http` on this machine.
    pub url: String,
    /// What messages are signed with: one `whsec_…`, two while it is changed.
    pub secrets: Vec<SecretString>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            profile: Profile::Production,
            clock: "live".to_owned(),
            admin: SocketAddr::from(([127, 0, 0, 1], 0)),
            folder: PathBuf::from("var/webhook"),
            agencies: Vec::new(),
        }
    }
}

impl Config {
    /// The clock this deployment runs by. Fails for a rehearsal clock in production.
    pub(crate) fn clock(&self) -> Result<Clock> {
        Common { profile: self.profile, clock: self.clock.clone(), ..Common::default() }.clock()
    }
}
