//! A stage for one service in its tests: real servers, a rehearsal clock, the facts said to it and those it tells.
//!
//! Everything here panics with what went wrong: then the test has failed.

mod hub;
mod walled;

use std::net::SocketAddr;
use std::time::Duration;

use bus::{Bus, Envelope, Feed, Login};
use chassis::clock::Clock;
use chassis::grpc::{Badge, Channel};
use chassis::{Caller, Common, Life, Profile, Role, Signer};
use contracts::{Fact, FactId};
use ground::test::Ground;
use jiff::Timestamp;
use sqlx::{PgPool, Row as _};

pub use hub::Hub;
pub use walled::Walled;

/// Something is waited for this long at most.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// How long after a look that found nothing the next one follows.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// As many facts as a service publishes at once.
const BATCH: usize = 500;

/// The moment at which the clock starts.
#[must_use]
pub fn start() -> Timestamp {
    // 08:00 in Tehran.
    "2025-10-01T08:00:00+03:30".parse().expect("a moment")
}

/// What `look` finds; it is asked again and again until it finds something.
pub async fn patiently<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

/// The keys of a deployment in a test: what its services check callers by, and ways to them for whoever calls.
#[derive(Clone)]
pub struct Keys {
    /// What signs tokens.
    pub signer: Signer,
    /// What services are told.
    pub verify_key: String,
}

impl Default for Keys {
    fn default() -> Self {
        let signer = Signer::generate().expect("a key");
        let verify_key = signer.verify_key().expect("a key");
        Keys { signer, verify_key }
    }
}

impl Keys {
    /// A way to the service at `grpc` for whoever runs the deployment.
    #[must_use]
    pub fn channel(&self, grpc: SocketAddr) -> Channel {
        self.channel_of(grpc, Caller::of_deployment(Role::Ops, "test"))
    }

    /// A way to the service at `grpc` for `caller`.
    #[must_use]
    pub fn channel_of(&self, grpc: SocketAddr, caller: Caller) -> Channel {
        channel(grpc, &Badge::new(&self.signer, caller))
    }
}

/// A way to the service at `grpc` for who wears `badge`.
#[must_use]
pub fn channel(grpc: SocketAddr, badge: &Badge) -> Channel {
    chassis::grpc::channel(&format!("http://{grpc}"), PATIENCE, badge).expect("an address")
}

/// Somebody of a province's staff.
#[must_use]
pub fn staff(role: Role, province: &str) -> Caller {
    Caller { province: province.to_owned(), ..Caller::of_deployment(role, "staff-1") }
}

/// Where a service plays: its servers end with it.
pub struct Stage {
    service: &'static str,
    hears: &'static [&'static str],
    /// The life of the service's replicas, which ends with the stage.
    pub life: Life,
    /// The service's clock.
    pub clock: Clock,
    /// What the service is told of its surroundings.
    pub common: Common,
    /// The bus it hears by.
    pub bus: Bus,
    /// Its database, empty until it has started.
    pub db: PgPool,
    /// The keys that its callers' tokens are made and checked with.
    pub keys: Keys,
    _ground: Ground,
}

impl Stage {
    /// The stage of `service`, with the streams of those it hears, on a clock that runs `rate` times as fast.
    pub async fn new(service: &'static str, hears: &'static [&'static str], rate: f64) -> Self {
        let ground = Ground::new().await;
        let clock = Clock::rehearsal(start(), rate, start(), rate);
        let url = ground.database(service).await;
        let bus = Bus::connect(&ground.nats_url(), "test", &Login::default()).await.expect("the bus");
        for owner in hears {
            bus.ensure_stream(owner, 1).await.expect("a stream");
        }
        let keys = Keys::default();
        let common = Common {
            profile: Profile::Rehearsal,
            clock: clock.spelling(),
            verify_key: keys.verify_key.clone(),
            nats_url: ground.nats_url(),
            postgres_url: url.clone().into(),
            ..Default::default()
        };
        let db = PgPool::connect(&url).await.expect("the database");
        Self { service, hears, life: Life::default(), clock, common, bus, db, keys, _ground: ground }
    }

    /// A fact as it is published at the start; the same id on every publication.
    pub fn said<F: Fact>(&self, fact: &F) -> Envelope {
        Envelope::of(FactId(self.clock.new_id()), start(), fact)
    }

    /// Publishes facts, each on its owner's stream.
    pub async fn publish(&self, envelopes: &[Envelope]) {
        let owner = |envelope: &Envelope| envelope.subject.split('.').next().map(str::to_owned);
        for of_one in envelopes.chunk_by(|a, b| owner(a) == owner(b)) {
            let owner = owner(&of_one[0]).expect("an owner");
            for some in of_one.chunks(BATCH) {
                self.bus.publish(&owner, some).await.expect("published");
            }
        }
    }

    /// Every fact of one name that the service stated, in order.
    pub async fn told<F: Fact>(&self) -> Vec<F> {
        let rows = sqlx::query("SELECT data FROM outbox.fact WHERE message = $1 ORDER BY id")
            .bind(F::NAME.message)
            .fetch_all(&self.db)
            .await
            .expect("the facts it stated");
        rows.iter().map(|row| F::decode(row.get::<&[u8], _>("data")).expect("a fact")).collect()
    }

    /// Waits until the service stated `count` facts of that name, and answers them.
    pub async fn until<F: Fact>(&self, count: usize) -> Vec<F> {
        let what = format!("{count} {}", F::NAME.name);
        patiently(&what, async || Some(self.told().await).filter(|told| told.len() >= count)).await
    }

    /// Whether the service is done with everything that was said to it.
    pub async fn has_heard_all(&self) -> bool {
        for owner in self.hears {
            // Until the service has made its consumer there is none to ask.
            let lag = Feed::lag(&self.bus, owner, self.service).await;
            if lag.map_or(true, |lag| lag.waiting + lag.in_hand > 0) {
                return false;
            }
        }
        true
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.life.stop();
    }
}
