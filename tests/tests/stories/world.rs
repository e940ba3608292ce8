//! The whole system in this process, with the demonstration agencies.

use std::time::Duration;

use chassis::clock::Clock;
use cli::demonstration;
use cli::doors::Doors;
use cli::ports::Ports;
use cli::services::Run;
use cli::system::{Options, System};
use contracts::audit::GetFiguresRequest;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

pub struct World {
    pub system: System,
    pub doors: Doors,
    pub http: reqwest::Client,
    pub data: TempDir,
}

impl World {
    pub async fn new() -> Self {
        let (data, clock) = (ground::scratch("samad-story-").unwrap(), Clock::live());
        let agencies = demonstration::AGENCIES.map(str::to_owned).to_vec();
        let world = Self::begin(data, &clock, agencies).await;
        demonstration::start(&world.system, &clock).unwrap();
        world
    }

    /// By this clock, without any agency at work.
    pub async fn silent(data: TempDir, clock: &Clock) -> Self {
        Self::begin(data, clock, Vec::new()).await
    }

    async fn begin(data: TempDir, clock: &Clock, agencies: Vec<String>) -> Self {
        // A second story in this process finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let options = Options {
            data: data.path().to_owned(),
            ports: Ports::free().unwrap(),
            clock: clock.clone(),
            agencies,
            run: Run::Here,
            nats_url: None,
            postgres_url: None,
            durable: false,
        };
        let system = System::start(&options).await.unwrap();
        let doors = system.doors().unwrap();
        doors.routing().import_catalogue(routing::catalogue_file::shipped().unwrap()).await.unwrap();
        World { system, doors, http: reqwest::Client::new(), data }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.system.ports.web())
    }

    /// Registers a contact over REST; status and body.
    pub async fn register(&self, key: Option<&str>, body: &Value) -> (u16, Value) {
        let mut request =
            self.http.post(self.url("/api/v1/contacts")).header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let answer = request.body(body.to_string()).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
    }

    /// The public view of a case.
    pub async fn case(&self, tracking_code: &str) -> Value {
        let answer = self.http.get(self.url(&format!("/api/v1/cases/{tracking_code}"))).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }

    /// The figures once they are as wanted and nothing is under way.
    pub async fn figures_when(&self, wanted: impl Fn(&Map<String, Value>) -> bool) -> Map<String, Value> {
        let mut figures = Map::new();
        for _ in 0..1_200 {
            let read = cli::figures::read(&self.doors, GetFiguresRequest::default()).await.unwrap();
            figures = serde_json::to_value(read).unwrap().as_object().unwrap().clone();
            if wanted(&figures) && figures["in_flight"] == 0 {
                return figures;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the figures stayed {}", Value::Object(figures));
    }

    pub async fn end(self) {
        self.system.stop().await.unwrap();
    }
}

/// A request that reaches the water company.
pub fn leak() -> Value {
    json!({
        "channel": "phone", "province": "east-azerbaijan", "county": "tabriz", "kind": "request",
        "topic": "water.leak", "text": "آب از زیر آسفالت کوچه بیرون می‌زند.", "place": "تبریز، چهارراه آبرسان",
        "citizen": {"name": "آزمون آزمونی", "national_id": "0084575948", "phone": "09120000000"}, "outcome": "register"
    })
}
