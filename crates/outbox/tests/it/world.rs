//! A service that states facts (intake) and one that hears them (routing).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;
use bus::{Bus, Login};
use chassis::clock::Clock;
use chassis::grpc::{Badge, Channel, Gate};
use chassis::{Caller, Common, Life, Role, Signer};
use contracts::intake::CaseRegistered;
use contracts::ops::ops_service_client::OpsServiceClient;
use contracts::ops::ops_service_server::OpsServiceServer;
use ground::test::Ground;
use outbox::{Hear, Heard, Listener, Pace, Store, Tx, refuse};
use tonic::service::Routes;

pub struct World {
    pub ground: Ground,
    pub bus: Bus,
    pub life: Life,
    pub teller: Store,
    pub hearer: Store,
    /// While it is up, statements that say "poison" cannot be handled.
    pub poison: Arc<AtomicBool>,
}

impl World {
    /// Serves an operators' door; who runs the deployment before it.
    pub async fn door(&self, ops: OpsServiceServer<outbox::Ops>) -> OpsServiceClient<Channel> {
        let signer = Signer::generate().unwrap();
        let gate = Gate::new(&signer.verify_key().unwrap(), &[outbox::Ops::MAY]).unwrap();
        let (any, services) = (([127, 0, 0, 1], 0).into(), Routes::new(ops));
        let address =
            chassis::grpc::serve(&self.life, any, gate, contracts::DESCRIPTORS, services).await.unwrap();
        let badge = Badge::new(&signer, Caller::of_deployment(Role::Ops, "test"));
        let url = format!("http://{address}");
        OpsServiceClient::new(chassis::grpc::channel(&url, Duration::from_secs(10), &badge).unwrap())
    }

    pub async fn new() -> Self {
        let ground = Ground::new().await;
        let bus = Bus::connect(&ground.nats_url(), "test", &Login::default()).await.unwrap();
        let teller = open(&ground, "intake").await;
        let hearer = open(&ground, "routing").await;
        World { ground, bus, life: Life::default(), teller, hearer, poison: Arc::default() }
    }

    /// Starts `replicas` relays and as many ears.
    pub async fn start(&self, replicas: usize) -> Vec<Listener> {
        self.bus.ensure_stream("intake", 1).await.unwrap();
        (0..replicas).map(|_| self.teller.relay(&self.bus, &self.life, Pace::Prompt)).for_each(drop);
        let ear = || {
            Listener::to("intake", &self.hearer, &self.bus).on(Note(self.poison.clone())).spawn(&self.life)
        };
        (0..replicas).map(|_| ear()).collect()
    }

    /// States one fact a transaction.
    pub async fn tell(&self, case_id: &str, statement: &str) {
        let mut tx = self.teller.begin().await.unwrap();
        tx.emit(Clock::live().now(), &fact(case_id, statement));
        tx.commit().await.unwrap();
    }

    pub async fn effects(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM effect").fetch_one(self.hearer.pool()).await.unwrap()
    }

    pub async fn dead(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM outbox.dead_letter")
            .fetch_one(self.hearer.pool())
            .await
            .unwrap()
    }

    pub async fn until_effects(&self, wanted: i64) {
        for _ in 0..600 {
            if self.effects().await >= wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} of {wanted} effects after 30 s", self.effects().await);
    }

    pub async fn end(self) {
        self.life.stop();
        self.life.ended().await.unwrap();
    }
}

async fn open(ground: &Ground, owner: &'static str) -> Store {
    let common = Common {
        postgres_url: ground.database(owner).await.into(),
        postgres_connections: 20,
        ..Common::default()
    };
    Store::open(owner, &common, &Clock::live(), &sqlx::migrate!("tests/it/migrations")).await.unwrap()
}

pub fn fact(case_id: &str, statement: &str) -> CaseRegistered {
    CaseRegistered {
        case_id: case_id.into(),
        province: "fars".into(),
        statement: statement.into(),
        ..Default::default()
    }
}

pub struct Note(Arc<AtomicBool>);

impl Hear for Note {
    type Fact = CaseRegistered;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<CaseRegistered>]) -> Result<()> {
        if self.0.load(Ordering::SeqCst) && facts.iter().any(|f| f.fact.statement == "poison") {
            return Err(refuse("it is poison"));
        }
        sqlx::query(
            "INSERT INTO effect (case_id) SELECT * FROM UNNEST($1::text[]) ON CONFLICT (case_id) DO UPDATE SET deliveries = effect.deliveries + 1",
        )
        .bind(facts.iter().map(|f| f.fact.case_id.as_str()).collect::<Vec<_>>())
        .execute(tx.connection())
        .await?;
        Ok(())
    }
}
