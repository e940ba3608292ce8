//! What the web service is told.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use chassis::clock::Clock;
use chassis::grpc::{Badge, Tls};
use chassis::{Caller, Common, Profile, Role, Signer};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::Limits;

/// Where to listen and whom to ask. It has no database and no broker, so it takes no `[common]` table.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Whether citizens are served or a rehearsal is shown.
    pub profile: Profile,
    /// The clock that days left and ages are counted on: `live`, or the rehearsal's.
    pub clock: String,
    /// Where the pages and the REST API listen.
    pub listen: SocketAddr,
    /// Where `/healthz`, `/readyz` and `/metrics` listen.
    pub admin: SocketAddr,
    /// What tokens are signed with: web's own towards the services, and those of staff who sign in.
    pub sign_key: SecretString,
    /// Who of the staff may sign in: the file that `samad staff` writes; read again when it was written.
    pub accounts: PathBuf,
    /// What one client address may ask for.
    pub limits: Limits,
    /// Web's certificates towards the services; absent only where they are on its own machine.
    pub tls: Option<Tls>,
    /// gRPC of intake: contacts and cases.
    pub intake_url: String,
    /// gRPC of routing: what waits there.
    pub routing_url: String,
    /// gRPC of deadline: what waits there.
    pub deadline_url: String,
    /// gRPC of notification: what waits there.
    pub notification_url: String,
    /// gRPC of audit: the figures, and what waits there.
    pub audit_url: String,
}

impl Default for Config {
    fn default() -> Self {
        let local = |port: u16| format!("http://127.0.0.1:{port}");
        Config {
            profile: Profile::Production,
            clock: "live".to_owned(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8111)),
            admin: SocketAddr::from(([127, 0, 0, 1], 0)),
            sign_key: SecretString::default(),
            accounts: PathBuf::from("staff.toml"),
            limits: Limits::default(),
            tls: None,
            intake_url: local(8121),
            routing_url: local(8122),
            deadline_url: local(8123),
            notification_url: local(8124),
            audit_url: local(8125),
        }
    }
}

impl Config {
    /// The clock this deployment runs by. Fails for a rehearsal clock in production.
    pub fn clock(&self) -> Result<Clock> {
        Common { profile: self.profile, clock: self.clock.clone(), ..Common::default() }.clock()
    }

    /// What signs tokens.
    ///
    /// # Errors
    /// When `sign_key` is missing or damaged.
    pub fn signer(&self) -> Result<Signer> {
        Signer::read(self.sign_key.expose_secret()).context("sign_key cannot be used")
    }

    /// What web wears when it asks on behalf of the public.
    ///
    /// # Errors
    /// As [`Config::signer`].
    pub fn badge(&self) -> Result<Badge> {
        self.certified(Badge::new(&self.signer()?, Caller::of_deployment(Role::Service, "web")))
    }

    /// The badge with web's certificate, if it has one.
    ///
    /// # Errors
    /// When one of its files cannot be read.
    pub fn certified(&self, badge: Badge) -> Result<Badge> {
        match &self.tls {
            Some(tls) => badge.with_certificate(tls),
            None => Ok(badge),
        }
    }
}
