//! What the adapter is told.

use std::collections::BTreeMap;
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
    /// The clock that windows of updates and actions go by: `live`, or the rehearsal's.
    pub clock: String,
    /// Where `/healthz`, `/readyz` and `/metrics` listen.
    pub admin: SocketAddr,
    /// Which request of the endpoint is which referral is kept here, a folder an agency.
    pub folder: PathBuf,
    /// Whose referrals are filed where.
    #[serde(rename = "agency")]
    pub agencies: Vec<Agency>,
}

/// One agency's endpoint.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// The file of credentials that `samad agency onboard` wrote.
    pub credentials: PathBuf,
    /// Where its paths begin, as its discovery says: `https`, or `http` on this machine.
    pub url: String,
    /// What it lets us file by.
    pub api_key: SecretString,
    /// Which jurisdiction we file in; empty: it serves one.
    #[serde(default)]
    pub jurisdiction_id: String,
    /// The notation that it is asked in.
    #[serde(default)]
    pub format: Format,
    /// Where it says what happened.
    #[serde(default)]
    pub updates: Updates,
    /// Its service codes by our topics; a topic stands for all below it.
    pub services: BTreeMap<String, String>,
    /// The service of topics that are not among them.
    pub default_service: String,
}

/// A notation of GeoReport.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Every endpoint speaks it.
    #[default]
    Xml,
    /// Most do.
    Json,
}

/// How an endpoint says what happened to a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Updates {
    /// By GeoReport alone: the status and its notes.
    #[default]
    Requests,
    /// By `servicerequestupdates`, the extension that FixMyStreet uses.
    Extension,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            profile: Profile::Production,
            clock: "live".to_owned(),
            admin: SocketAddr::from(([127, 0, 0, 1], 0)),
            folder: PathBuf::from("var/open311"),
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

impl Agency {
    /// The service of a topic: that of the nearest topic above it.
    pub(crate) fn service(&self, topic: &str) -> &str {
        let up = std::iter::successors(Some(topic), |topic| Some(topic.rsplit_once('.')?.0));
        up.filter_map(|topic| self.services.get(topic)).next().unwrap_or(&self.default_service)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_filed_under_the_nearest_service() {
        let services = [("water", "1"), ("water.leak", "2")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        let agency = Agency {
            credentials: PathBuf::new(),
            url: String::new(),
            api_key: SecretString::default(),
            jurisdiction_id: String::new(),
            format: Format::Xml,
            updates: Updates::Requests,
            services: services.into(),
            default_service: "9".to_owned(),
        };
        let service = |topic| agency.service(topic);
        assert_eq!(["water.leak.street", "water.outage", "gas"].map(service), ["2", "1", "9"]);
    }
}
