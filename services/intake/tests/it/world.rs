//! A running intake, its callers, and the facts before and behind it.

use std::net::SocketAddr;
use std::time::Duration;

use bus::{Bus, Delivery, Envelope, Feed, Login};
use chassis::clock::Clock;
use chassis::grpc::Channel as Wire;
use chassis::{Common, Life, Profile, Sealer};
use contracts::intake::attendance_service_client::AttendanceServiceClient;
use contracts::intake::campaign_service_client::CampaignServiceClient;
use contracts::intake::case_service_client::CaseServiceClient;
use contracts::intake::guidance_service_client::GuidanceServiceClient;
use contracts::intake::intake_service_client::IntakeServiceClient;
use contracts::intake::meeting_service_client::MeetingServiceClient;
use contracts::intake::recording_service_client::RecordingServiceClient;
use contracts::intake::work_list_service_client::WorkListServiceClient;
use contracts::intake::{
    Case, Channel, Citizen, GetCaseRequest, Kind, Outcome, RegisterContactRequest, RegisterContactResponse,
    get_case_request,
};
use contracts::ops::ops_service_client::OpsServiceClient;
use contracts::{Fact, FactId, json};
use ground::test::Ground;
use intake::Config;
use stage::Keys;

/// How long a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(30);
const SEAL_KEY: &str = "a key for tests of more than thirty-two characters";
/// Two ids whose check digits fit.
pub const CITIZEN: &str = "0013542419";
pub const OTHER_CITIZEN: &str = "0499370899";

pub struct World {
    pub client: IntakeServiceClient<Wire>,
    pub cases: CaseServiceClient<Wire>,
    pub attendance: AttendanceServiceClient<Wire>,
    pub campaigns: CampaignServiceClient<Wire>,
    pub guidance: GuidanceServiceClient<Wire>,
    pub meetings: MeetingServiceClient<Wire>,
    pub work_list: WorkListServiceClient<Wire>,
    pub recordings: RecordingServiceClient<Wire>,
    pub ops: OpsServiceClient<Wire>,
    pub bus: Bus,
    pub sealer: Sealer,
    pub config: Config,
    pub keys: Keys,
    pub grpc: SocketAddr,
    feed: Feed,
    heard: Vec<Envelope>,
    life: Life,
    files: tempfile::TempDir,
    _ground: Ground,
}

impl World {
    pub async fn new() -> Self {
        Self::at("live").await
    }

    pub async fn at(clock: &str) -> Self {
        let ground = Ground::new().await;
        let keys = Keys::default();
        let common = Common {
            verify_key: keys.verify_key.clone(),
            profile: Profile::Rehearsal,
            clock: clock.to_owned(),
            postgres_url: ground.database("intake").await.into(),
            nats_url: ground.nats_url(),
            ..Default::default()
        };
        let files = tempfile::tempdir().unwrap();
        let recordings = files.path().to_str().unwrap().to_owned();
        let config = Config { common, seal_key: SEAL_KEY.to_owned().into(), recordings };
        let bus = Bus::connect(&ground.nats_url(), "test", &Login::default()).await.unwrap();
        for owner in ["intake", "routing", "deadline"] {
            bus.ensure_stream(owner, 1).await.unwrap();
        }
        let feed = Feed::new(&bus, "intake", "test", vec!["intake.v1.>".to_owned()]);
        let life = Life::default();
        let grpc = replica(&config, &life).await;
        let channel = keys.channel(grpc);
        World {
            client: IntakeServiceClient::new(channel.clone()),
            cases: CaseServiceClient::new(channel.clone()),
            attendance: AttendanceServiceClient::new(channel.clone()),
            campaigns: CampaignServiceClient::new(channel.clone()),
            guidance: GuidanceServiceClient::new(channel.clone()),
            meetings: MeetingServiceClient::new(channel.clone()),
            work_list: WorkListServiceClient::new(channel.clone()),
            recordings: RecordingServiceClient::new(channel.clone()),
            ops: OpsServiceClient::new(channel),
            bus,
            sealer: Sealer::new(SEAL_KEY).unwrap(),
            config,
            keys,
            grpc,
            feed,
            heard: Vec::new(),
            life,
            files,
            _ground: ground,
        }
    }

    /// Another replica on the same database.
    pub async fn replica(&self) -> IntakeServiceClient<Wire> {
        IntakeServiceClient::new(self.keys.channel(replica(&self.config, &self.life).await))
    }

    pub async fn register(&mut self, request: RegisterContactRequest) -> RegisterContactResponse {
        self.client.register_contact(request).await.unwrap().into_inner()
    }

    pub async fn case(&mut self, id: &str) -> Case {
        let request = GetCaseRequest { key: Some(get_case_request::Key::CaseId(id.to_owned())) };
        self.client.get_case(request).await.unwrap().into_inner().case.unwrap()
    }

    /// The case once it is as it must become.
    pub async fn case_when(&mut self, id: &str, wanted: impl Fn(&Case) -> bool) -> Case {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let case = self.case(id).await;
            if wanted(&case) {
                return case;
            }
            assert!(tokio::time::Instant::now() < deadline, "the case stays {case:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What lies in the recordings' folder.
    pub fn recording_files(&self) -> Vec<Vec<u8>> {
        let folders = std::fs::read_dir(self.files.path()).unwrap().map(|folder| folder.unwrap().path());
        let files = folders.flat_map(|folder| std::fs::read_dir(folder).unwrap());
        files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }

    /// Every fact of this kind that intake stated, once there are `count`.
    pub async fn stated<F: Fact>(&mut self, count: usize) -> Vec<F> {
        let waited = tokio::time::timeout(PATIENCE, async {
            while self.heard.iter().filter(|e| e.is(F::NAME)).count() < count {
                for delivery in self.feed.next_batch().await.unwrap_or_default() {
                    self.heard.push(Delivery::envelope(&delivery).unwrap());
                    delivery.done().await;
                }
            }
        });
        waited.await.unwrap_or_else(|_| panic!("{count} times {} did not come", F::NAME.name));
        let mine = self.heard.iter().filter(|e| e.is(F::NAME));
        mine.map(|e| json::read(F::NAME.message, &e.content_type, &e.data).unwrap()).collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.life.stop();
    }
}

async fn replica(config: &Config, life: &Life) -> SocketAddr {
    intake::start(config.clone(), life).await.unwrap().grpc
}

/// A fact as its owner publishes it; a new one at each call.
pub fn envelope<F: Fact>(fact: &F) -> Envelope {
    Envelope::of(FactId(Clock::live().new_id()), Clock::live().now(), fact)
}

/// A request for a case, as an operator sends it.
pub fn request(key: &str) -> RegisterContactRequest {
    RegisterContactRequest {
        request_key: key.to_owned(),
        channel: Channel::Phone.into(),
        province: "fars".to_owned(),
        county: "shiraz".to_owned(),
        citizen: Some(Citizen {
            name: "زهرا احمدی".to_owned(),
            national_id: CITIZEN.to_owned(),
            phone: "۰۹۱۲۱۲۳۴۵۶۷".to_owned(),
            email: String::new(),
        }),
        kind: Kind::Request.into(),
        topic: "water".to_owned(),
        text: "آب کوچه سه روز است که قطع است".to_owned(),
        place: "خیابان سعدی".to_owned(),
        outcome: Outcome::Register.into(),
        ..Default::default()
    }
}
