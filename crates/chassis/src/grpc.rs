//! The gRPC door: health, reflection, keep-alive, and the caller's trace.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use opentelemetry::propagation::Extractor;
use tokio::net::TcpListener;
use tonic::metadata::{KeyRef, MetadataMap};
use tonic::service::Routes;
use tonic::transport::Server;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::Life;

/// Bulk calls carry thousands of contacts; more than this is refused.
pub const MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;

/// Serves `services` with `grpc.health.v1` and reflection of `descriptors` until the life ends;
/// the address it listens on.
pub async fn serve(
    life: &Life,
    address: SocketAddr,
    descriptors: &[u8],
    mut services: Routes,
) -> Result<SocketAddr> {
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("port {} is taken by another program: stop it or choose another port", address.port())
    })?;
    let address = listener.local_addr()?;
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_service_status("", tonic_health::ServingStatus::Serving).await;
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(descriptors)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()?;
    services = services.add_service(health).add_service(reflection);
    let stopping = life.token();
    life.spawn("gRPC", async move {
        Server::builder()
            .http2_keepalive_interval(Some(Duration::from_secs(30)))
            .http2_keepalive_timeout(Some(Duration::from_secs(10)))
            .timeout(Duration::from_secs(600))
            .add_routes(services)
            .serve_with_incoming_shutdown(incoming(listener), async move {
                stopping.cancelled().await;
                reporter.set_service_status("", tonic_health::ServingStatus::NotServing).await;
            })
            .await?;
        Ok(())
    });
    Ok(address)
}

fn incoming(listener: TcpListener) -> tonic::transport::server::TcpIncoming {
    tonic::transport::server::TcpIncoming::from(listener).with_nodelay(Some(true))
}

/// A lazily connected channel to a service, kept alive; calls end after `timeout`.
pub fn channel(url: &str, timeout: Duration) -> Result<tonic::transport::Channel> {
    Ok(tonic::transport::Endpoint::from_shared(url.to_owned())?
        .connect_timeout(Duration::from_secs(5))
        .timeout(timeout)
        .http2_keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(10))
        .keep_alive_while_idle(true)
        .tcp_nodelay(true)
        .connect_lazy())
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
