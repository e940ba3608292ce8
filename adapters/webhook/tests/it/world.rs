//! A hub, a clock that stands until it is moved, an endpoint, and adapters between them.

use std::net::SocketAddr;
use std::path::PathBuf;

use chassis::clock::Clock;
use chassis::{Life, Profile};
use jiff::SignedDuration;
use stage::{Hub, patiently};
use tempfile::TempDir;
use webhook::{Agency, Config};

use crate::receiver::{Posted, Receiver};

const AGENCY: &str = "fars-gas";

pub struct World {
    pub hub: Hub,
    pub clock: Clock,
    pub receiver: Receiver,
    pub secrets: Vec<String>,
    folder: TempDir,
}

/// A running adapter.
pub struct Adapter {
    life: Life,
    admin: SocketAddr,
}

impl Adapter {
    /// Stops it in order.
    pub async fn stop(self) {
        self.life.stop();
        self.life.ended().await.unwrap();
    }

    /// The status of `/readyz`.
    pub async fn readiness(&self) -> u16 {
        reqwest::get(format!("http://{}/readyz", self.admin)).await.unwrap().status().as_u16()
    }
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::hold(&folder.path().join("clock"), stage::start()).unwrap();
        let hub = Hub::new(AGENCY, &clock).await;
        hub.hand_over(&folder.path().join("creds"));
        let receiver = Receiver::new(&clock).await;
        World { hub, clock, receiver, secrets: vec![signature::Secret::spelling(&[1; 32])], folder }
    }

    pub async fn adapter(&self) -> Adapter {
        let life = Life::default();
        let config = Config {
            profile: Profile::Rehearsal,
            clock: self.clock.spelling(),
            folder: self.folder.path().join("spool"),
            agencies: vec![Agency {
                credentials: self.folder.path().join("creds"),
                url: format!("http://{}/samad", self.receiver.address),
                secrets: self.secrets.iter().map(|secret| secret.as_str().into()).collect(),
            }],
            ..Config::default()
        };
        let admin = webhook::start(&config, &life).await.unwrap();
        Adapter { life, admin }
    }

    pub fn advance(&self, seconds: i64) {
        self.clock.advance(self.clock.now() + SignedDuration::from_secs(seconds)).unwrap();
    }

    /// What was posted, once it is `count` messages.
    pub async fn posted(&self, count: usize) -> Vec<Posted> {
        let enough = async || Some(self.receiver.posted()).filter(|posted| posted.len() >= count);
        patiently(&format!("{count} messages"), enough).await
    }

    /// Waits until nothing waits in the adapter's folder.
    pub async fn until_delivered(&self) {
        let empty = async || self.waiting().is_empty().then_some(());
        patiently("all is delivered", empty).await;
    }

    /// Waits until a try that failed was written down.
    pub async fn until_failed(&self) {
        let failed = async || self.waiting().iter().any(|text| text.contains("\"failures\":1")).then_some(());
        patiently("a try failed", failed).await;
    }

    /// The messages in the adapter's folder, as they are kept.
    pub fn waiting(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.spool()).unwrap().filter_map(|entry| Some(entry.ok()?.path()));
        let events = files.filter(|file| file.extension().is_some_and(|ending| ending == "event"));
        // One that is delivered meanwhile is gone.
        events.filter_map(|file| std::fs::read_to_string(file).ok()).collect()
    }

    /// What stands in each file of a message becomes that.
    pub fn damage(&self, text: &str) {
        for entry in std::fs::read_dir(self.spool()).unwrap() {
            let file = entry.unwrap().path();
            if file.extension().is_some_and(|ending| ending == "event") {
                std::fs::write(file, text).unwrap();
            }
        }
    }

    /// The file that stops the pushing.
    pub fn disabled(&self) -> PathBuf {
        self.spool().join("disabled")
    }

    fn spool(&self) -> PathBuf {
        self.folder.path().join("spool").join(AGENCY)
    }
}
