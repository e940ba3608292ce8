//! The services behind the door: calls that carry this request's trace, and whether they can take calls.

use std::time::Duration;

use anyhow::{Context, Result};
use chassis::Life;
use chassis::admin::Need;
use chassis::grpc::{AUTHORIZATION, Badge};
use opentelemetry::propagation::Injector;
use tonic::metadata::{Ascii, MetadataKey, MetadataMap, MetadataValue};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// How often, and within what, a service is asked whether it serves.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// Sets `need` by what the service at `url` says of itself (`grpc.health.v1`) for as long as `life` lasts. Only the
/// service's own word counts: with the broker away it still takes contacts.
pub(crate) fn watch_health(url: &str, badge: &Badge, need: Need, life: &Life) -> Result<()> {
    let channel = chassis::grpc::channel(url, ASK_EVERY, badge)
        .with_context(|| format!("`{url}` is no address of a service"))?;
    let (mut health, ending) = (HealthClient::new(channel), life.clone());
    life.spawn("health", async move {
        let mut tick = tokio::time::interval(ASK_EVERY);
        loop {
            tokio::select! { _ = tick.tick() => {}, () = ending.stopping() => return Ok(()) }
            let asked = tokio::time::timeout(ASK_EVERY, health.check(HealthCheckRequest::default()));
            let answer = tokio::select! { answer = asked => answer, () = ending.stopping() => return Ok(()) };
            need.set(matches!(answer, Ok(Ok(said)) if said.get_ref().status() == ServingStatus::Serving));
        }
    });
    Ok(())
}

/// `message` as a call that continues the trace of the current span (W3C `traceparent`).
pub(crate) fn traced<T>(message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    let context = tracing::Span::current().context();
    opentelemetry::global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&context, &mut Metadata(request.metadata_mut()));
    });
    request
}

/// Whose token a call carries: the services hear who asks, and decide.
pub(crate) struct OnBehalf(pub MetadataValue<Ascii>);

impl OnBehalf {
    /// `message` as a call in their name.
    pub fn ask<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = traced(message);
        request.metadata_mut().insert(AUTHORIZATION, self.0.clone());
        request
    }
}

struct Metadata<'a>(&'a mut MetadataMap);

impl Injector for Metadata<'_> {
    fn set(&mut self, key: &str, value: String) {
        let key = MetadataKey::from_bytes(key.as_bytes());
        if let (Ok(key), Ok(value)) = (key, MetadataValue::try_from(value)) {
            self.0.insert(key, value);
        }
    }
}
