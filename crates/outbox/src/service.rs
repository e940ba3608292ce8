//! What every service opens and serves in the same way.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use bus::{Bus, Login};
use chassis::admin::{self, Readiness};
use chassis::clock::Clock;
use chassis::grpc::{Gate, May};
use chassis::{Common, Life};
use secrecy::ExposeSecret;
use sqlx::migrate::Migrator;
use tonic::service::Routes;

use crate::{Listener, Ops, Pace, Store};

/// How often readiness is looked at.
const READINESS_CHECK: Duration = Duration::from_millis(500);

/// Where a running service listens: the real ports, also where its configuration said 0.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    /// gRPC.
    pub grpc: SocketAddr,
    /// `/healthz`, `/readyz`, `/metrics`.
    pub admin: SocketAddr,
}

/// A service's database, broker and clock.
pub struct Service {
    /// Its own database.
    pub store: Store,
    /// Its connection to the broker.
    pub bus: Bus,
    /// The deployment's clock.
    pub clock: Clock,
    common: Common,
    pace: Pace,
}

impl Service {
    /// Opens the database of `name` and connects to the broker.
    ///
    /// # Errors
    /// When the clock is refused or the database cannot be used; a broker that is away is waited for.
    pub async fn open(name: &'static str, common: &Common, migrations: &Migrator) -> Result<Self> {
        let clock = common.clock()?;
        let store = Store::open(name, common, &clock, migrations).await?;
        let bus = connect(name, common).await?;
        let pace = Pace::usual(&clock);
        Ok(Service { store, bus, clock, common: common.clone(), pace })
    }

    /// Its facts are published almost as they come: somebody waits for what they bring about.
    #[must_use]
    pub fn promptly(self) -> Self {
        Service { pace: self.pace.promptly(), ..self }
    }

    /// A further connection to the broker: for what may come in floods, so that no fact waits behind it.
    ///
    /// # Errors
    /// When the broker's address or credentials are damaged.
    pub async fn further_bus(&self) -> Result<Bus> {
        connect(self.store.owner, &self.common).await
    }

    /// Starts the relay and opens the doors: gRPC with the operators' service beside `services`, to whom the table `may`
    /// lets in, and the admin port with `more` routes. `pending` is SQL that counts the service's own waiting work.
    ///
    /// # Errors
    /// When a port or the deployment's key cannot be used; later errors end the life.
    pub async fn serve(
        self,
        life: &Life,
        may: &[May],
        services: Routes,
        listeners: Vec<Listener>,
        pending: &'static str,
        more: axum::Router,
    ) -> Result<Running> {
        let Service { store, bus, common, pace, .. } = self;
        let mut gate = Gate::new(&common.verify_key, &[may, Ops::MAY])?;
        if let Some(tls) = &common.tls {
            gate = gate.with_certificate(tls)?;
        }
        store.relay(&bus, life, pace);
        let services = services.add_service(Ops::server(&store, &bus, listeners, pending));
        let grpc = chassis::grpc::serve(life, common.grpc, gate, contracts::DESCRIPTORS, services).await?;
        let readiness = Readiness::default();
        watch(&readiness, store, life);
        let admin = admin::serve(life, common.admin, admin::routes(readiness).merge(more)).await?;
        Ok(Running { grpc, admin })
    }
}

async fn connect(name: &str, common: &Common) -> Result<Bus> {
    let credentials = common.nats_credentials.as_ref().map(|text| text.expose_secret().to_owned());
    Bus::connect(&common.nats_url, name, &Login::service(name, credentials)).await
}

/// Keeps the readiness true. The broker is no need: without it a service still takes what it is asked and
/// states it later.
fn watch(readiness: &Readiness, store: Store, life: &Life) {
    let database = readiness.need("database");
    let ending = life.clone();
    life.spawn("readiness", async move {
        while !ending.is_stopping() {
            database.set(sqlx::query("SELECT 1").execute(store.pool()).await.is_ok());
            tokio::select! { () = tokio::time::sleep(READINESS_CHECK) => {}, () = ending.stopping() => {} }
        }
        Ok(())
    });
}
