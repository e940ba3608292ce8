//! The gRPC door: who is let in, health, reflection, keep-alive, and the caller's trace.

mod badge;
mod gate;
mod tls;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use opentelemetry::propagation::Extractor;
use tokio::net::TcpListener;
use tonic::metadata::{KeyRef, MetadataMap};
use tonic::service::Routes;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Server;
use tonic_health::ServingStatus;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::Life;

pub use badge::{AUTHORIZATION, Badge, bearer};
pub use gate::{Gate, May, bearer_of, caller, narrowed, signed};
pub use tls::Tls;

/// A way to a service; what goes through it wears a badge.
pub type Channel = InterceptedService<tonic::transport::Channel, Badge>;

/// Bulk calls carry thousands of contacts; more than this is refused.
pub const MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;

/// Serves `services` to whom `gate` lets in, and `grpc.health.v1` and reflection of `descriptors` to everyone, until
/// the life ends; the address it listens on.
pub async fn serve(
    life: &Life,
    address: SocketAddr,
    gate: Gate,
    descriptors: &[u8],
    mut services: Routes,
) -> Result<SocketAddr> {
    tls::require_for_door(address, gate.tls.is_some())?;
    let mut server = Server::builder();
    if let Some(tls) = gate.tls.clone() {
        server = server.tls_config(tls).context("the certificates of [common.tls] cannot be used")?;
    }
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("port {} is taken by another program: stop it or choose another port", address.port())
    })?;
    let address = listener.local_addr()?;
    let (reporter, health) = tonic_health::server::health_reporter();
    // "": the server as a whole, beside each of its services.
    let mut reported = gate.services();
    reported.insert("");
    for service in &reported {
        reporter.set_service_status(service, ServingStatus::Serving).await;
    }
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(descriptors)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()?;
    services = services.add_service(health).add_service(reflection);
    let guarded = services.into_axum_router().layer(axum::middleware::from_fn_with_state(gate, gate::check));
    let stopping = life.token();
    life.spawn("gRPC", async move {
        server
            .http2_keepalive_interval(Some(Duration::from_secs(30)))
            .http2_keepalive_timeout(Some(Duration::from_secs(10)))
            .timeout(Duration::from_secs(600))
            .add_routes(guarded.into())
            .serve_with_incoming_shutdown(incoming(listener), async move {
                stopping.cancelled().await;
                for service in reported {
                    reporter.set_service_status(service, ServingStatus::NotServing).await;
                }
            })
            .await?;
        Ok(())
    });
    Ok(address)
}

fn incoming(listener: TcpListener) -> tonic::transport::server::TcpIncoming {
    tonic::transport::server::TcpIncoming::from(listener).with_nodelay(Some(true))
}

/// A lazily connected channel to a service, kept alive; calls end after `timeout` and wear `badge`.
pub fn channel(url: &str, timeout: Duration, badge: &Badge) -> Result<Channel> {
    let mut wire = tonic::transport::Endpoint::from_shared(url.to_owned())?;
    tls::require_for_call(wire.uri(), badge.tls.is_some())?;
    if let Some(tls) = badge.tls.clone().filter(|_| wire.uri().scheme_str() == Some("https")) {
        wire = wire.tls_config(tls).context("the certificates of [tls] cannot be used")?;
    }
    let wire = wire
        .connect_timeout(Duration::from_secs(5))
        .timeout(timeout)
        .http2_keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(10))
        .keep_alive_while_idle(true)
        .tcp_nodelay(true)
        .connect_lazy();
    Ok(InterceptedService::new(wire, badge.clone()))
}

/// Makes the current span a child of the caller's trace, if its metadata names one.
pub fn continue_trace(metadata: &MetadataMap) {
    let parent = opentelemetry::global::get_text_map_propagator(|p| p.extract(&Caller(metadata)));
    // A span that is not recorded has no parent to set: nothing is lost.
    let _ = tracing::Span::current().set_parent(parent);
}

struct Caller<'a>(&'a MetadataMap);

impl Extractor for Caller<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0
            .keys()
            .filter_map(|key| match key {
                KeyRef::Ascii(key) => Some(key.as_str()),
                KeyRef::Binary(_) => None,
            })
            .collect()
    }
}
