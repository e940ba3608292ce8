//! Every port of the system, counted from one base.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result};

/// The services with a gRPC door, in the order of their ports.
pub const SERVICES: [&str; 5] = ["intake", "routing", "deadline", "notification", "audit"];

/// The ports from a base on: 8100 gives web 8111, gRPC 8121–8125, admin 8131–8136, NATS 8141, PostgreSQL 8151.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports(pub u16);

/// Where a data folder remembers its base, so that commands find a system that was begun elsewhere than usual.
const FILE: &str = "port-base";

impl Ports {
    /// Those that the installation in `data` was told to keep.
    ///
    /// # Errors
    /// When what was kept is no number.
    pub fn kept(data: &Path) -> Result<Option<Self>> {
        let file = data.join(FILE);
        let Ok(text) = std::fs::read_to_string(&file) else { return Ok(None) };
        let base = text.trim().parse().with_context(|| format!("{} holds no port", file.display()))?;
        Ok(Some(Ports(base)))
    }

    /// Remembers them as those of the installation in `data`.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn keep(self, data: &Path) -> Result<()> {
        Ok(std::fs::write(data.join(FILE), format!("{}\n", self.0))?)
    }

    /// Pages and REST.
    #[must_use]
    pub fn web(self) -> u16 {
        self.0 + 11
    }

    /// gRPC of the service at that place in [`SERVICES`].
    #[must_use]
    pub fn grpc(self, service: usize) -> u16 {
        self.0 + 21 + u16::try_from(service).unwrap_or_default()
    }

    /// Admin port of the service at that place; web's is the one after the last.
    #[must_use]
    pub fn admin(self, service: usize) -> u16 {
        self.0 + 31 + u16::try_from(service).unwrap_or_default()
    }

    /// NATS clients.
    #[must_use]
    pub fn nats(self) -> u16 {
        self.0 + 41
    }

    /// Where NATS clients on this machine connect.
    #[must_use]
    pub fn nats_url(self) -> String {
        format!("nats://127.0.0.1:{}", self.nats())
    }

    /// NATS monitoring.
    #[must_use]
    pub fn nats_monitor(self) -> u16 {
        self.0 + 42
    }

    /// PostgreSQL.
    #[must_use]
    pub fn postgres(self) -> u16 {
        self.0 + 51
    }

    /// A base whose ports are all free now, for systems of tests and benches.
    pub fn free() -> Result<Self> {
        (0..50)
            .map(|_| 10_000 + u16::try_from(chassis::clock::random_u64() % 400).unwrap_or_default() * 50)
            .map(Ports)
            .find(|ports| ports.all().all(ground::is_free))
            .context("no free ports were found on this machine")
    }

    /// Fails with the first port that another program holds. The ports of servers that are given are not asked for.
    pub fn require_free(self, own_nats: bool, own_postgres: bool) -> Result<()> {
        let nats = [self.nats(), self.nats_monitor()].into_iter().filter(|_| own_nats);
        let postgres = own_postgres.then(|| self.postgres());
        self.of_services().into_iter().chain(nats).chain(postgres).try_for_each(ground::require_free)
    }

    fn all(self) -> impl Iterator<Item = u16> {
        self.of_services().into_iter().chain([self.nats(), self.nats_monitor(), self.postgres()])
    }

    fn of_services(self) -> Vec<u16> {
        let mut ports = vec![self.web(), self.admin(SERVICES.len())];
        ports.extend((0..SERVICES.len()).flat_map(|service| [self.grpc(service), self.admin(service)]));
        ports
    }
}

/// That port on this machine only.
#[must_use]
pub fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}
