//! With `OTEL_EXPORTER_OTLP_ENDPOINT` set, a collector receives the spans.

use std::process::{Command, Stdio};
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

/// Passes on the names of the spans it receives.
struct Collector(mpsc::UnboundedSender<String>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let resources = request.into_inner().resource_spans;
        for span in resources.into_iter().flat_map(|r| r.scope_spans).flat_map(|scope| scope.spans) {
            // The test may have seen enough and be gone.
            let _ = self.0.send(span.name);
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tokio::test]
#[ignore = "not a test: the process that the test below starts with its environment"]
async fn sender() {
    let telemetry = chassis::telemetry::start("sender").unwrap();
    tracing::info_span!("a call is answered").in_scope(|| tracing::info!("inside"));
    telemetry.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_receives_the_spans() {
    let (sender, mut spans) = mpsc::unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let server = tonic::transport::Server::builder().add_service(TraceServiceServer::new(Collector(sender)));
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "otlp::sender", "--ignored"])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let span = tokio::time::timeout(Duration::from_secs(30), spans.recv()).await;
    process.kill().unwrap();
    process.wait().unwrap();
    assert_eq!(span.unwrap().as_deref(), Some("a call is answered"));
}
