//! A service that other machines reach: only a caller with a certificate of the deployment comes to its door, and is
//! asked for a token there.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chassis::grpc::{Badge, Tls, channel};
use chassis::{Caller, Common, Life, Profile, Role, Signer};
use contracts::routing::ListAgenciesRequest;
use contracts::routing::routing_service_client::RoutingServiceClient;
use ground::test::Ground;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tonic::Code;
use tonic::transport::{Certificate, Channel, ClientTlsConfig};

const PATIENCE: Duration = Duration::from_secs(30);

/// An authority, whose certificates it writes as files.
struct Office {
    folder: PathBuf,
    issuer: Issuer<'static, KeyPair>,
}

impl Office {
    fn new(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let ca = params.self_signed(&key).unwrap();
        std::fs::write(folder.join("ca.pem"), ca.pem()).unwrap();
        Office { folder: folder.to_owned(), issuer: Issuer::new(params, key) }
    }

    /// A certificate for `name` and this machine.
    fn issue(&self, name: &str) -> Tls {
        let file = |kind: &str| self.folder.join(format!("{name}.{kind}.pem"));
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned(), "127.0.0.1".to_owned()]).unwrap();
        std::fs::write(file("cert"), params.signed_by(&key, &self.issuer).unwrap().pem()).unwrap();
        std::fs::write(file("key"), key.serialize_pem()).unwrap();
        Tls { cert: file("cert"), key: file("key"), ca: self.folder.join("ca.pem") }
    }
}

async fn ask(grpc: SocketAddr, scheme: &str, badge: &Badge) -> Result<(), Code> {
    let channel = channel(&format!("{scheme}://{grpc}"), PATIENCE, badge).unwrap();
    let answer = RoutingServiceClient::new(channel).list_agencies(ListAgenciesRequest::default()).await;
    answer.map(drop).map_err(|status| status.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_without_a_certificate_does_not_reach_the_door() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = ground::scratch("samad-walls-").unwrap();
    let ours = Office::new(&folder.path().join("ours"));
    let theirs = Office::new(&folder.path().join("theirs"));
    let ground = Ground::new().await;
    let signer = Signer::generate().unwrap();
    let common = Common {
        profile: Profile::Rehearsal,
        tls: Some(ours.issue("routing")),
        verify_key: signer.verify_key().unwrap(),
        postgres_url: ground.database("routing").await.into(),
        nats_url: ground.nats_url(),
        ..Common::default()
    };
    let life = Life::default();
    let grpc = routing::start(routing::Config { common: common.clone() }, &life).await.unwrap().grpc;

    let badge = Badge::new(&signer, Caller::of_deployment(Role::Ops, "test"));
    let with = |tls: &Tls| badge.clone().with_certificate(tls).unwrap();
    assert_eq!(ask(grpc, "https", &with(&ours.issue("web"))).await, Ok(()));
    let nobody = Badge::none().with_certificate(&ours.issue("web")).unwrap();
    assert_eq!(ask(grpc, "https", &nobody).await, Err(Code::Unauthenticated), "a certificate is no token");

    assert!(ask(grpc, "http", &badge).await.is_err(), "plain");
    let stranger = Tls { ca: ours.issue("web").ca, ..theirs.issue("web") };
    assert!(ask(grpc, "https", &with(&stranger)).await.is_err(), "another authority's certificate");
    assert!(ask(grpc, "https", &with(&theirs.issue("web"))).await.is_err(), "the service is none of theirs");
    let ca = Certificate::from_pem(std::fs::read(ours.issue("web").ca).unwrap());
    let bare = Channel::from_shared(format!("https://{grpc}")).unwrap();
    let bare = bare.tls_config(ClientTlsConfig::new().ca_certificate(ca)).unwrap().connect_lazy();
    let answer = tonic_health::pb::health_client::HealthClient::new(bare)
        .check(tonic_health::pb::HealthCheckRequest::default())
        .await;
    assert!(answer.is_err(), "without a certificate even health was told");

    let common = Common { tls: None, grpc: ([0, 0, 0, 0], 0).into(), ..common };
    let refused = routing::start(routing::Config { common }, &Life::default()).await.err().unwrap();
    assert!(refused.to_string().contains("[common.tls]"), "{refused:#}");
    life.stop();
    life.ended().await.unwrap();
}
