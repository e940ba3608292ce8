//! The admin port: liveness, readiness and metrics.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::Life;

/// What a service needs to serve: named, each ready or not.
#[derive(Clone, Default)]
pub struct Readiness(Arc<std::sync::Mutex<Vec<Check>>>);

struct Check {
    name: &'static str,
    ready: Arc<AtomicBool>,
}

/// One need of a service; not ready until told.
#[derive(Clone)]
pub struct Need(Arc<AtomicBool>);

impl Readiness {
    /// A need that must be met before the service is ready.
    #[must_use]
    pub fn need(&self, name: &'static str) -> Need {
        let ready = Arc::new(AtomicBool::new(false));
        if let Ok(mut checks) = self.0.lock() {
            checks.push(Check { name, ready: ready.clone() });
        }
        Need(ready)
    }

    /// The names of the needs that are not met.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        self.0.lock().map_or_else(
            |_| vec!["readiness"],
            |checks| checks.iter().filter(|c| !c.ready.load(Ordering::Relaxed)).map(|c| c.name).collect(),
        )
    }
}

impl Need {
    /// Says whether the need is met now.
    pub fn set(&self, met: bool) {
        self.0.store(met, Ordering::Relaxed);
    }
}

/// The routes every admin port has: `/healthz`, `/readyz`, `/metrics`.
pub fn routes(readiness: Readiness) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(|| async { crate::telemetry::prometheus_text() }))
        .with_state(readiness)
}

async fn readyz(State(readiness): State<Readiness>) -> impl IntoResponse {
    match readiness.missing()[..] {
        [] => (StatusCode::OK, "ready\n".to_owned()),
        ref missing => (StatusCode::SERVICE_UNAVAILABLE, format!("waiting for {}\n", missing.join(", "))),
    }
}

/// Serves `routes` on `address` until the life ends; the address it listens on.
pub async fn serve(life: &Life, address: SocketAddr, routes: Router) -> Result<SocketAddr> {
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("port {} is taken by another program: stop it or choose another port", address.port())
    })?;
    let address = listener.local_addr()?;
    let stopping = life.token();
    life.spawn("HTTP", async move {
        axum::serve(listener, routes.into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(async move { stopping.cancelled().await })
            .await?;
        Ok(())
    });
    Ok(address)
}
