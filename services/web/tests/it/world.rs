//! Web and the server behind it, on ports of their own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use chassis::grpc::{Gate, May};
use chassis::{Life, Role, Signer};
use contracts::intake::attendance_service_server::AttendanceServiceServer;
use contracts::intake::case_service_server::CaseServiceServer;
use contracts::intake::intake_service_server::IntakeServiceServer;
use contracts::ops::ops_service_server::OpsServiceServer;
use contracts::routing::routing_service_server::RoutingServiceServer;
use reqwest::{Client, Response};
use tempfile::TempDir;
use tonic::service::Routes;
use web::{Config, Limits, Running};

use crate::attendance::Slots;
use crate::intake::Answers;
use crate::routing::Catalogue;

/// No test waits longer for what must come.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct World {
    pub running: Running,
    pub client: Client,
    /// Who may sign in; nobody at first.
    pub accounts: PathBuf,
    _folder: TempDir,
    life: Life,
}

impl World {
    /// Web with an intake behind it; the other services are away.
    pub async fn new() -> Self {
        Self::limited(Limits::default()).await
    }

    /// The same, with these limits.
    pub async fn limited(limits: Limits) -> Self {
        let life = Life::default();
        let any: SocketAddr = ([127, 0, 0, 1], 0).into();
        let services = Routes::new(IntakeServiceServer::new(Answers))
            .add_service(CaseServiceServer::new(Answers))
            .add_service(AttendanceServiceServer::new(Slots))
            .add_service(OpsServiceServer::new(Answers))
            .add_service(RoutingServiceServer::new(Catalogue));
        let signer = Signer::generate().unwrap();
        let gate = Gate::new(&signer.verify_key().unwrap(), &[MAY]).unwrap();
        let intake = chassis::grpc::serve(&life, any, gate, contracts::DESCRIPTORS, services).await.unwrap();
        Self::behind(&format!("http://{intake}"), limits, &signer, life).await
    }

    /// Web with nothing behind it.
    pub async fn alone() -> Self {
        Self::behind(NOWHERE, Limits::default(), &Signer::generate().unwrap(), Life::default()).await
    }

    async fn behind(url: &str, limits: Limits, signer: &Signer, life: Life) -> Self {
        // Already installed by an earlier test of this process: as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let any: SocketAddr = ([127, 0, 0, 1], 0).into();
        let folder = tempfile::tempdir().unwrap();
        let accounts = folder.path().join("staff.toml");
        let config = Config {
            accounts: accounts.clone(),
            listen: any,
            admin: any,
            limits,
            sign_key: signer.spelling().into(),
            intake_url: url.to_owned(),
            routing_url: url.to_owned(),
            deadline_url: NOWHERE.to_owned(),
            notification_url: NOWHERE.to_owned(),
            audit_url: NOWHERE.to_owned(),
            ..Config::default()
        };
        let running = web::start(config, &life).await.unwrap();
        World { running, client: Client::new(), accounts, _folder: folder, life }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.web)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.unwrap()
    }

    pub async fn post_form(&self, path: &str, body: String) -> Response {
        let form = "application/x-www-form-urlencoded";
        self.client.post(self.url(path)).header("content-type", form).body(body).send().await.unwrap()
    }

    /// Asks until `path` answers with `status`.
    pub async fn until_status(&self, path: &str, status: u16) {
        let began = Instant::now();
        while self.get(path).await.status() != status {
            assert!(began.elapsed() < PATIENCE, "{path} did not answer {status}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends everything; fails when a task failed or does not end.
    pub async fn end(self) {
        self.life.stop();
        tokio::time::timeout(PATIENCE, self.life.ended()).await.unwrap().unwrap();
    }
}

/// What web asks for the public; the services' own tables are theirs to test.
const MAY: &[May] = &[
    May::call("samad.intake.v1.IntakeService/RegisterContact", &[Role::Service]),
    May::call("samad.intake.v1.IntakeService/GetCase", &[Role::Service]),
    May::call("samad.intake.v1.CaseService/GiveFeedback", &[Role::Service]),
    May::call("samad.intake.v1.AttendanceService/ListSlots", &[Role::Service]),
    May::call("samad.ops.v1.OpsService/GetFlow", &[Role::Service]),
    May::call("samad.routing.v1.RoutingService/ListAgencies", &Role::ALL),
    May::call("samad.routing.v1.RoutingService/ListTopics", &[Role::Service]),
];

/// Port 1 answers nobody on a machine that runs tests.
const NOWHERE: &str = "http://127.0.0.1:1";
