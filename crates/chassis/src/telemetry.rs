//! Logs, traces and metrics of the process: started once, shared by all services in it.
//!
//! `SAMAD_LOG` filters (default `info`), `SAMAD_LOG_FORMAT=json` writes lines for machines, and
//! `OTEL_EXPORTER_OTLP_ENDPOINT` sends traces and metrics to a collector over gRPC.

use std::sync::OnceLock;

use anyhow::{Context, Result};
use opentelemetry::global;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use prometheus::{Encoder, Registry, TextEncoder};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

static REGISTRY: OnceLock<Registry> = OnceLock::new();

/// What was started; [`Telemetry::stop`] sends what is left.
pub struct Telemetry {
    tracer: Option<SdkTracerProvider>,
    meter: SdkMeterProvider,
}

/// Starts telemetry under `name`. In tests and in a process that has it already, only metrics start anew.
pub fn start(name: &'static str) -> Result<Telemetry> {
    global::set_text_map_propagator(TraceContextPropagator::new());
    let resource = Resource::builder().with_service_name(name).build();
    let endpoint = std::env::var("OTEL_EXPORTER_OTLP_ENDPOINT").ok();
    let tracer = endpoint.as_ref().map(|_| tracer(resource.clone())).transpose()?;
    let meter = meter(resource, endpoint.is_some())?;
    global::set_meter_provider(meter.clone());
    let filter = EnvFilter::try_from_env("SAMAD_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,async_nats=warn,sqlx=warn,tower=warn,h2=warn"));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = if std::env::var("SAMAD_LOG_FORMAT").is_ok_and(|format| format == "json") {
        lines.json().boxed()
    } else {
        lines.compact().boxed()
    };
    let spans = tracer.as_ref().map(|provider| {
        // Spans of the exporter's own transport would feed the exporter for ever.
        let own =
            EnvFilter::new("info,h2=off,hyper=off,hyper_util=off,tonic=off,tower=off,opentelemetry=off");
        tracing_opentelemetry::layer().with_tracer(provider.tracer("samad")).with_filter(own)
    });
    // A second start in one process (tests) keeps the first subscriber.
    let _ = tracing_subscriber::registry().with(spans).with(lines.with_filter(filter)).try_init();
    Ok(Telemetry { tracer, meter })
}

fn tracer(resource: Resource) -> Result<SdkTracerProvider> {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_tonic()
        .build()
        .context("OTEL_EXPORTER_OTLP_ENDPOINT cannot be used")?;
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

fn meter(resource: Resource, export: bool) -> Result<SdkMeterProvider> {
    let registry = REGISTRY.get_or_init(Registry::new);
    let pull = opentelemetry_prometheus::exporter().with_registry(registry.clone()).build()?;
    let mut meter = SdkMeterProvider::builder().with_resource(resource).with_reader(pull);
    if export {
        let exporter = opentelemetry_otlp::MetricExporter::builder()
            .with_tonic()
            .build()
            .context("OTEL_EXPORTER_OTLP_ENDPOINT cannot be used")?;
        meter = meter.with_reader(PeriodicReader::builder(exporter).build());
    }
    Ok(meter.build())
}

/// Every metric of the process in Prometheus' text format.
#[must_use]
pub fn prometheus_text() -> String {
    let mut text = Vec::new();
    if let Some(registry) = REGISTRY.get()
        && let Err(error) = TextEncoder::new().encode(&registry.gather(), &mut text)
    {
        tracing::warn!(%error, "metrics cannot be written");
    }
    String::from_utf8(text).unwrap_or_default()
}

impl Telemetry {
    /// Sends what is left and stops. Off the runtime's thread: the exporters block on it.
    pub async fn stop(self) {
        let stopped = tokio::task::spawn_blocking(move || {
            if let Some(tracer) = self.tracer {
                let _ = tracer.shutdown();
            }
            let _ = self.meter.shutdown();
        });
        let _ = stopped.await;
    }
}
