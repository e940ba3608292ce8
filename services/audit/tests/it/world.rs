//! A ledger of its own for each test.

use std::net::SocketAddr;
use std::sync::Arc;

use audit::Config;
use audit::api::evaluation::EvaluationDoor;
use audit::api::report::ReportDoor;
use audit::api::{Door, resources};
use audit::domain::checkpoint::LogKey;
use audit::domain::days::Days;
use audit::on::any_fact::{Arrived, record};
use audit::on::read::read;
use audit::out::typesetter::Typesetter;
use audit::sweep::issue_reports::IssueReports;
use audit::sweep::settle_points::SettlePoints;
use audit::sweep::sign_checkpoint::SignCheckpoint;
use chassis::clock::Clock;
use chassis::grpc::{Channel, Gate};
use chassis::{Caller, Life};
use contracts::audit::audit_service_client::AuditServiceClient;
use contracts::audit::audit_service_server::AuditServiceServer;
use contracts::audit::evaluation_service_client::EvaluationServiceClient;
use contracts::audit::evaluation_service_server::EvaluationServiceServer;
use contracts::audit::report_service_client::ReportServiceClient;
use contracts::audit::report_service_server::ReportServiceServer;
use contracts::audit::{Verification, VerifyLedgerRequest};
use contracts::{Fact, json};
use ground::test::Ground;
use jalali::Tehran;
use jiff::Timestamp;
use outbox::Store;
use sqlx::Row as _;
use stage::Keys;
use tonic::service::Routes;
use uuid::Uuid;

/// A fact ready to be heard.
#[derive(Clone)]
pub struct Said {
    pub fact_id: Uuid,
    pub fact: String,
    pub message: &'static str,
    pub at: Timestamp,
    pub content_type: &'static str,
    pub payload: Vec<u8>,
}

/// `fact` stated at `at`.
pub fn said<F: Fact>(fact: &F, at: Timestamp) -> Said {
    let name = format!("{}.v1.{}", F::NAME.owner, F::NAME.name);
    Said {
        fact_id: Clock::live().new_id(),
        fact: name,
        message: F::NAME.message,
        at,
        content_type: json::PROTOBUF,
        payload: fact.encode_to_vec(),
    }
}

pub struct World {
    _ground: Arc<Ground>,
    pub life: Life,
    pub store: Store,
    pub key: LogKey,
    pub api: AuditServiceClient<Channel>,
    pub evaluation: EvaluationServiceClient<Channel>,
    pub reports: ReportServiceClient<Channel>,
    pub http: SocketAddr,
    keys: Keys,
    grpc: SocketAddr,
}

impl World {
    /// In October 2025.
    pub async fn new() -> Self {
        let start = "2025-10-01T00:00:00Z".parse().unwrap();
        Self::by(Clock::rehearsal(start, 1.0, start, 1.0)).await
    }

    /// By this clock.
    pub async fn by(clock: Clock) -> Self {
        let ground = Arc::new(Ground::new().await);
        let postgres_url = ground.database("audit").await.into();
        let common = chassis::Common { postgres_url, ..Default::default() };
        let store = Store::open("audit", &common, &clock, &audit::MIGRATIONS).await.unwrap();
        let key = LogKey::parse(&LogKey::generate("test.example.ir", &[9; 32]).unwrap()).unwrap();
        let door = Door::new(store.pool().clone(), clock, Days::tehran().unwrap(), key.verifier_key());
        let life = Life::default();
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let (tehran, days) = (Tehran::new().unwrap(), Days::tehran().unwrap());
        let evaluation = EvaluationServiceServer::new(EvaluationDoor::new(&store, &tehran, &days));
        let reports = ReportServiceServer::new(ReportDoor::new(store.pool(), &tehran, &echo()));
        let services = Routes::new(AuditServiceServer::new(door.clone())).add_service(evaluation);
        let services = services.add_service(reports);
        let keys = Keys::default();
        let gate = Gate::new(&keys.verify_key, &[audit::api::may::MAY]).unwrap();
        let grpc = chassis::grpc::serve(&life, any, gate, contracts::DESCRIPTORS, services).await.unwrap();
        let http = chassis::admin::serve(&life, any, resources::routes(door)).await.unwrap();
        let channel = keys.channel(grpc);
        let evaluation = EvaluationServiceClient::new(channel.clone());
        let reports = ReportServiceClient::new(channel.clone());
        let api = AuditServiceClient::new(channel);
        Self { _ground: ground, life, store, key, api, evaluation, reports, http, keys, grpc }
    }

    /// The door to managers and points, for somebody of the staff.
    pub fn evaluation_for(&self, caller: Caller) -> EvaluationServiceClient<Channel> {
        EvaluationServiceClient::new(self.keys.channel_of(self.grpc, caller))
    }

    /// Records a batch, as one delivery does; returns how many were new.
    pub async fn hear(&self, batch: &[Said]) -> usize {
        let days = Days::tehran().unwrap();
        let arrived: Vec<Arrived<'_>> = batch
            .iter()
            .map(|said| Arrived {
                fact_id: said.fact_id,
                fact: said.fact.clone(),
                at: said.at,
                payload: &said.payload,
                told: read(said.message, said.content_type, &said.payload, said.at).unwrap(),
            })
            .collect();
        let mut tx = self.store.begin().await.unwrap();
        let recorded = record(tx.connection(), &days, &arrived).await.unwrap();
        tx.commit().await.unwrap();
        recorded
    }

    /// Signs what is there.
    pub async fn sign(&self) {
        SignCheckpoint::new(&Config::default(), &self.store, &self.key).sign(1).await.unwrap();
    }

    /// Takes off and restores what is due, as one replica does.
    pub async fn settle(&self) {
        let (tehran, days) = (Tehran::new().unwrap(), Days::tehran().unwrap());
        let sweep = SettlePoints::new(&Config::default(), &self.store, &tehran, &days);
        while sweep.settle().await.unwrap() {}
    }

    /// Issues what is due, as one replica does.
    pub async fn issue(&self) {
        let (tehran, days) = (Tehran::new().unwrap(), Days::tehran().unwrap());
        let sweep = IssueReports::new(&Config::default(), &self.store, &tehran, &days, &echo());
        while sweep.issue().await.unwrap() {}
    }

    /// Every fact of one name that audit stated, in order.
    pub async fn told<F: Fact>(&self) -> Vec<F> {
        let rows = sqlx::query("SELECT data FROM outbox.fact WHERE message = $1 ORDER BY id")
            .bind(F::NAME.message)
            .fetch_all(self.store.pool())
            .await
            .unwrap();
        rows.iter().map(|row| F::decode(row.get::<&[u8], _>("data")).unwrap()).collect()
    }

    /// The verification's last word.
    pub async fn verify(&self) -> Verification {
        let mut answers = self.api.clone().verify_ledger(VerifyLedgerRequest {}).await.unwrap().into_inner();
        let mut last = None;
        while let Some(answer) = answers.message().await.unwrap() {
            assert!(answer.checked <= answer.size);
            last = answer.result;
        }
        last.unwrap()
    }

    /// Faults as kind and index.
    pub async fn faults(&self) -> Vec<(String, u64)> {
        let verification = self.verify().await;
        assert_eq!(verification.ok, verification.faults.is_empty());
        verification.faults.into_iter().map(|fault| (fault.kind, fault.index)).collect()
    }

    /// Does something to the stored ledger that the service itself never does.
    pub async fn tamper(&self, statement: &'static str) {
        sqlx::query(statement).execute(self.store.pool()).await.unwrap();
    }
}

/// A program that writes what it reads: what audit does with a PDF shows without one. The real program has its own
/// tests, and a story has both together.
fn echo() -> Typesetter {
    Typesetter::new("/bin/cat".as_ref())
}

impl Drop for World {
    fn drop(&mut self) {
        self.life.stop();
    }
}

/// A moment, hours after a fixed one.
pub fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_758_600_000 + hour * 3_600).unwrap()
}

/// The whole life of one case: seven facts.
pub fn lifecycle(case_id: Uuid, province: &str, hour: i64) -> Vec<Said> {
    let mut facts = opened(case_id, province, hour);
    facts.extend(answered(case_id, province, hour));
    facts
}

fn moment(hour: i64) -> Option<prost_types::Timestamp> {
    Some(contracts::timestamp(at(hour)))
}

fn opened(case_id: Uuid, province: &str, hour: i64) -> Vec<Said> {
    use contracts::{deadline, intake, routing};
    let (case, province, agency) = (case_id.to_string(), province.to_owned(), "water".to_owned());
    vec![
        said(
            &intake::ContactRecorded {
                contact_id: case.clone(),
                case_id: case.clone(),
                province: province.clone(),
                recorded_at: moment(hour),
                ..Default::default()
            },
            at(hour),
        ),
        said(
            &intake::CaseRegistered {
                case_id: case.clone(),
                province: province.clone(),
                statement: "آب کوچه قطع است".into(),
                registered_at: moment(hour),
                ..Default::default()
            },
            at(hour),
        ),
        said(
            &routing::ReferralIssued {
                case_id: case.clone(),
                province: province.clone(),
                agency: agency.clone(),
                issued_at: moment(hour),
                ..Default::default()
            },
            at(hour),
        ),
        said(
            &deadline::DeadlineSet {
                referral_id: case.clone(),
                case_id: case.clone(),
                province: province.clone(),
                agency: agency.clone(),
                due_at: moment(hour + 360),
                ..Default::default()
            },
            at(hour),
        ),
    ]
}

fn answered(case_id: Uuid, province: &str, hour: i64) -> Vec<Said> {
    use contracts::{intake, routing};
    let (case, province, agency) = (case_id.to_string(), province.to_owned(), "water".to_owned());
    vec![
        said(
            &routing::ActionRecorded {
                case_id: case.clone(),
                province: province.clone(),
                agency: agency.clone(),
                recorded_at: moment(hour + 1),
                ..Default::default()
            },
            at(hour + 1),
        ),
        said(
            &routing::ReferralAnswered {
                case_id: case.clone(),
                province: province.clone(),
                agency,
                answered_at: moment(hour + 2),
                ..Default::default()
            },
            at(hour + 2),
        ),
        said(
            &intake::CaseClosed {
                case_id: case,
                province,
                closed_at: moment(hour + 2),
                ..Default::default()
            },
            at(hour + 2),
        ),
    ]
}

/// `cases` lifecycles.
pub fn lifecycles(cases: u32) -> Vec<Said> {
    (0..cases).flat_map(|_| lifecycle(Clock::live().new_id(), "fars", 0)).collect()
}
