//! Configuration: defaults < TOML file < environment; unknown keys are refused.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result, bail};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::grpc::Tls;

/// Whether this deployment serves citizens or rehearses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Real citizens: only the live clock is accepted.
    Production,
    /// Demonstrations, tests and replays.
    Rehearsal,
}

/// What every service is told, in its file's `[common]` table.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Common {
    /// See [`Profile`].
    pub profile: Profile,
    /// `live`, or a rehearsal clock as [`Clock`]'s `FromStr` reads it.
    pub clock: String,
    /// Where gRPC listens.
    pub grpc: SocketAddr,
    /// The certificates of the gRPC door; absent only where it listens for its own machine.
    pub tls: Option<Tls>,
    /// Where `/healthz`, `/readyz` and `/metrics` listen.
    pub admin: SocketAddr,
    /// What callers' tokens are checked by: the public half of the deployment's `sign_key`, in hexadecimal digits.
    pub verify_key: String,
    /// NATS server, e.g. `nats://127.0.0.1:4222`.
    pub nats_url: String,
    /// The service's NATS credentials, as a `.creds` file holds them; absent where the server asks for none.
    pub nats_credentials: Option<SecretString>,
    /// The service's own PostgreSQL database; holds a password, so it is a secret.
    pub postgres_url: SecretString,
    /// Connections to PostgreSQL, at most.
    pub postgres_connections: u32,
    /// Copies that JetStream keeps of each stream: 1 on one machine, 3 in a cluster.
    pub stream_replicas: usize,
    /// Days that published facts stay in the outbox to rebuild an emptied JetStream from.
    pub outbox_keep_days: u16,
}

impl Default for Common {
    fn default() -> Self {
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        Common {
            profile: Profile::Production,
            clock: "live".to_owned(),
            grpc: any_port,
            tls: None,
            admin: any_port,
            verify_key: String::new(),
            nats_url: "nats://127.0.0.1:4222".to_owned(),
            nats_credentials: None,
            postgres_url: SecretString::from("postgres://127.0.0.1:5432"),
            postgres_connections: 8,
            stream_replicas: 1,
            outbox_keep_days: 30,
        }
    }
}

impl Common {
    /// The clock this deployment runs by. Fails for a rehearsal clock in production.
    pub fn clock(&self) -> Result<Clock> {
        let clock: Clock = self.clock.parse()?;
        if self.profile == Profile::Production && !clock.is_live() {
            bail!("the production profile runs by the live clock only: set common.profile = \"rehearsal\"");
        }
        Ok(clock)
    }

    /// The database URL; keep it out of logs.
    #[must_use]
    pub fn postgres_url(&self) -> &str {
        self.postgres_url.expose_secret()
    }
}

/// The configuration of `service`: its defaults, then the TOML file, then variables such as
/// `SAMAD_INTAKE__COMMON__NATS_URL`.
pub fn load<C: DeserializeOwned>(service: &str, file: Option<&Path>) -> Result<C> {
    let mut sources = config::Config::builder();
    if let Some(file) = file {
        sources = sources.add_source(config::File::from(file).format(config::FileFormat::Toml));
    }
    let prefix = format!("SAMAD_{}", service.to_uppercase());
    let variables =
        config::Environment::with_prefix(&prefix).prefix_separator("__").separator("__").try_parsing(true);
    sources
        .add_source(variables)
        .build()
        .and_then(config::Config::try_deserialize)
        .with_context(|| format!("the configuration of {service} cannot be used"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Sample {
        common: Common,
        page_size: u32,
    }

    fn load_text(text: &str) -> Result<Sample> {
        let path = std::env::temp_dir()
            .join(format!("samad-config-{}.toml", u64::from_ne_bytes(crate::clock::random_bytes())));
        std::fs::File::create(&path)?.write_all(text.as_bytes())?;
        let sample = load("sample", Some(&path));
        std::fs::remove_file(&path)?;
        sample
    }

    #[test]
    fn a_file_overrides_defaults() {
        let sample = load_text("page_size = 7\n[common]\nnats_url = \"nats://bus:4222\"").unwrap();
        assert_eq!((sample.page_size, sample.common.nats_url.as_str()), (7, "nats://bus:4222"));
        assert_eq!(sample.common.stream_replicas, 1);
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = format!("{:#}", load_text("page_sise = 7").unwrap_err());
        assert!(error.contains("page_sise"), "{error}");
    }

    #[test]
    fn production_refuses_a_rehearsal_clock() {
        let sample = load_text("[common]\nclock = \"following\"").unwrap();
        assert!(sample.common.clock().is_err());
        let sample = load_text("[common]\nclock = \"following\"\nprofile = \"rehearsal\"").unwrap();
        assert!(sample.common.clock().is_ok());
    }
}
