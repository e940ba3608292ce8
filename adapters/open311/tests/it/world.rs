//! A hub, a clock that stands until it is moved, a city's endpoint, and adapters between them.

use chassis::clock::Clock;
use chassis::{Life, Profile};
use contracts::ReferralId;
use contracts::json::PROTOBUF;
use jiff::SignedDuration;
use open311::{Agency, Config, Format, Updates};
use stage::{Hub, patiently};
use tempfile::TempDir;

use crate::city::{City, Fields, value};

const AGENCY: &str = "fars-city";

pub struct World {
    pub hub: Hub,
    pub city: City,
    clock: Clock,
    folder: TempDir,
}

/// A running adapter.
pub struct Adapter(Life);

impl Adapter {
    /// Stops it in order.
    pub async fn stop(self) {
        self.0.stop();
        self.0.ended().await.unwrap();
    }
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::hold(&folder.path().join("clock"), stage::start()).unwrap();
        let hub = Hub::new(AGENCY, &clock).await;
        hub.hand_over(&folder.path().join("creds"));
        World { hub, city: City::new().await, clock, folder }
    }

    pub async fn adapter(&self, format: Format, updates: Updates) -> Adapter {
        let life = Life::default();
        let services = [("waste", "101"), ("light", "102")].map(|(topic, code)| (topic.into(), code.into()));
        let agency = Agency {
            credentials: self.folder.path().join("creds"),
            url: format!("http://{}/open311/v2", self.city.address),
            api_key: "let us in".into(),
            jurisdiction_id: "shiraz.ir".into(),
            format,
            updates,
            services: services.into(),
            default_service: "999".into(),
        };
        let config = Config {
            profile: Profile::Rehearsal,
            clock: self.clock.spelling(),
            folder: self.folder.path().join("books"),
            agencies: vec![agency],
            ..Config::default()
        };
        open311::start(&config, &life).await.unwrap();
        Adapter(life)
    }

    pub async fn issue(&self, topic: &str) -> ReferralId {
        self.hub.issue(topic, "سطل زباله & میز <شکسته> است", PROTOBUF).await
    }

    /// Waits until the adapter's book says that of a referral.
    pub async fn until_written(&self, referral: ReferralId, standing: &str) {
        let book = self.folder.path().join("books").join(AGENCY).join("book.jsonl");
        let (id, standing) = (referral.to_string(), format!("\"standing\":{{\"{standing}\""));
        let written = async || {
            let text = std::fs::read_to_string(&book).unwrap_or_default();
            text.lines().any(|line| line.contains(&id) && line.contains(&standing)).then_some(())
        };
        patiently(&standing, written).await;
    }

    /// Moves the clock, which begins a round of questions.
    pub fn advance(&self, seconds: i64) {
        self.clock.advance(self.clock.now() + SignedDuration::from_secs(seconds)).unwrap();
    }

    /// What was filed, once the referral is, and all is written down.
    pub async fn filed(&self, referral: ReferralId) -> (String, Fields) {
        let named = referral.to_string();
        let filed = patiently("it is filed", async || {
            self.city.with(|books| {
                let found = |filed: &Fields| value(filed, "description").contains(&named);
                let place = books.filed.iter().position(found)?;
                Some(((place + 1).to_string(), books.filed[place].clone()))
            })
        });
        let filed = filed.await;
        self.hub.until_pulled().await;
        filed
    }
}
