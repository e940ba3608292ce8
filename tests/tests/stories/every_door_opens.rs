use cli::ports::SERVICES;
use tokio_stream::StreamExt;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

use crate::installation::Installation;

/// The names of the services behind a door, as its reflection tells them.
async fn services(channel: Channel) -> Vec<String> {
    let message_request = Some(MessageRequest::ListServices(String::new()));
    let request = ServerReflectionRequest { host: String::new(), message_request };
    let mut client = ServerReflectionClient::new(channel);
    let answers = client.server_reflection_info(tokio_stream::once(request)).await;
    let answer = answers.unwrap().into_inner().next().await.unwrap().unwrap();
    let Some(MessageResponse::ListServicesResponse(list)) = answer.message_response else {
        panic!("{answer:?}")
    };
    list.service.into_iter().map(|service| service.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn health_reflection_and_metrics_answer_everywhere() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut installation = Installation::new();
    installation.up();
    let ports = installation.ports;
    for (place, service) in SERVICES.into_iter().enumerate() {
        let door = format!("http://127.0.0.1:{}", ports.grpc(place));
        let channel = Channel::from_shared(door).unwrap().connect().await.unwrap();
        let behind = services(channel.clone()).await;
        assert!(behind.iter().any(|name| name.starts_with(&format!("samad.{service}.v1."))), "{behind:?}");
        // The whole server, and each service behind it by its full name.
        let own = format!("samad.{service}.v1.");
        let named = behind.into_iter().filter(|name| name.starts_with(&own));
        for service in named.chain(["samad.ops.v1.OpsService".to_owned(), String::new()]) {
            let asked = HealthCheckRequest { service: service.clone() };
            let health = HealthClient::new(channel.clone()).check(asked).await;
            let health = health.unwrap_or_else(|status| panic!("{service}: {status}"));
            assert_eq!(health.into_inner().status(), ServingStatus::Serving, "{service}");
        }
        let stranger = HealthCheckRequest { service: "samad.nobody.v1.NobodyService".to_owned() };
        let unknown = HealthClient::new(channel).check(stranger).await.unwrap_err();
        assert_eq!(unknown.code(), tonic::Code::NotFound);
    }
    let http = reqwest::Client::new();
    let get = async |port: u16, path: &str| {
        let answer = http.get(format!("http://127.0.0.1:{port}{path}")).send().await.unwrap();
        assert!(answer.status().is_success(), "{port}{path}: {}", answer.status());
        answer.text().await.unwrap()
    };
    for place in 0..=SERVICES.len() {
        get(ports.admin(place), "/healthz").await;
        get(ports.admin(place), "/readyz").await;
        let metrics = get(ports.admin(place), "/metrics").await;
        // Every one of the five has stated facts at its start or been told of others'.
        for service in SERVICES.get(place..=place).unwrap_or(&["notification"]) {
            let own = format!("service=\"{service}\"");
            assert!(
                metrics.lines().any(|line| line.starts_with("samad_") && line.contains(&own)),
                "{metrics}"
            );
        }
    }
    for path in ["/healthz", "/readyz", "/track", "/river"] {
        get(ports.web(), path).await;
    }
    let described: serde_json::Value =
        serde_json::from_str(&get(ports.web(), "/api/v1/openapi.json").await).unwrap();
    assert!(described["openapi"].as_str().unwrap().starts_with("3.1"), "{described}");
}
