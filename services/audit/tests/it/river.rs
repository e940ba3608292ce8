//! The whole service on a real bus: what the owners state ends in the ledger once, however many replicas hear it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use audit::domain::checkpoint;
use bus::{Bus, Envelope, Feed, Login};
use chassis::Life;
use chassis::grpc::Channel;
use contracts::audit::audit_service_client::AuditServiceClient;
use contracts::audit::{CheckpointSigned, GetFiguresRequest, GetFiguresResponse, VerifyLedgerRequest};
use contracts::ops::ListDeadLettersRequest;
use contracts::ops::ops_service_client::OpsServiceClient;
use contracts::{Fact, FactId, intake, json};
use ground::test::Ground;
use stage::Keys;
use tempfile::TempDir;

use crate::world::{Said, at, lifecycles, said};

/// Long enough for a slow machine; what is waited for comes much sooner.
const PATIENCE: Duration = Duration::from_secs(90);
const OWNERS: [&str; 4] = ["intake", "routing", "deadline", "notification"];

struct River {
    ground: Ground,
    postgres_url: String,
    key_folder: TempDir,
    bus: Bus,
    keys: Keys,
}

/// One replica.
struct Replica {
    life: Life,
    channel: Channel,
}

impl River {
    async fn new() -> Self {
        let ground = Ground::new().await;
        let postgres_url = ground.database("audit").await;
        let bus = Bus::connect(&ground.nats_url(), "test", &Login::default()).await.unwrap();
        for owner in OWNERS {
            bus.ensure_stream(owner, 1).await.unwrap();
        }
        Self { ground, postgres_url, key_folder: tempfile::tempdir().unwrap(), bus, keys: Keys::default() }
    }

    fn key_file(&self) -> PathBuf {
        self.key_folder.path().join("ledger.key")
    }

    async fn replica(&self) -> Replica {
        let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let (grpc, life) = (local(ground::free_port().unwrap()), Life::default());
        let common = chassis::Common {
            grpc,
            verify_key: self.keys.verify_key.clone(),
            nats_url: self.ground.nats_url(),
            postgres_url: self.postgres_url.clone().into(),
            ..Default::default()
        };
        let config = audit::Config {
            common,
            key_file: self.key_file(),
            checkpoint_every_ms: 100,
            ..Default::default()
        };
        audit::run(config, life.clone()).await.unwrap();
        Replica { life, channel: self.keys.channel(grpc) }
    }

    /// States each fact on its owner's stream.
    async fn state(&self, facts: &[Said]) {
        for owner in OWNERS {
            let mine = facts.iter().filter(|said| said.fact.starts_with(owner)).map(envelope);
            self.bus.publish(owner, &mine.collect::<Vec<_>>()).await.unwrap();
        }
    }
}

/// Leaves of what was heard, without the policies that audit itself adopted.
fn heard(figures: &GetFiguresResponse) -> u64 {
    figures.ledger_size - figures.ledger_own
}

fn envelope(said: &Said) -> Envelope {
    Envelope {
        id: FactId(said.fact_id),
        subject: format!("{}.fars._.0", said.fact),
        about: "key".to_owned(),
        message: said.message.to_owned(),
        time: said.at,
        content_type: said.content_type.to_owned(),
        traceparent: None,
        data: said.payload.clone().into(),
    }
}

impl Replica {
    async fn figures(&self) -> GetFiguresResponse {
        let mut api = AuditServiceClient::new(self.channel.clone());
        api.get_figures(GetFiguresRequest::default()).await.unwrap().into_inner()
    }

    async fn until_size(&self, size: u64) {
        let grown = async {
            while heard(&self.figures().await) < size {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, grown).await.expect("the ledger does not grow");
    }

    async fn is_whole(&self) -> bool {
        let mut api = AuditServiceClient::new(self.channel.clone());
        let mut answers = api.verify_ledger(VerifyLedgerRequest {}).await.unwrap().into_inner();
        let mut whole = false;
        while let Some(answer) = answers.message().await.unwrap() {
            whole = answer.result.is_some_and(|result| result.ok);
        }
        whole
    }

    async fn end(self) {
        self.life.stop();
        self.life.ended().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_keep_every_fact_once() {
    let river = River::new().await;
    let (one, other) = (river.replica().await, river.replica().await);
    let facts = lifecycles(150);
    for batch in facts.chunks(200) {
        river.state(batch).await;
    }
    one.until_size(facts.len() as u64).await;
    one.end().await;

    // Delivered again under new sequence numbers, as a rebuilt stream delivers them.
    let again: Vec<Said> = facts.iter().take(70).cloned().collect();
    river.bus.publish("intake", &again.iter().map(renamed).collect::<Vec<_>>()).await.unwrap();
    let more = lifecycles(10);
    river.state(&more).await;
    let size = (facts.len() + again.len() + more.len()) as u64;
    other.until_size(size).await;
    let figures = other.figures().await;
    assert_eq!((heard(&figures), figures.cases, figures.answered, figures.late), (size, 160, 160, 0));
    assert!(other.is_whole().await);
    other.end().await;
}

/// The same words as another fact of audit's unknown: kept, and counted nowhere.
fn renamed(said: &Said) -> Envelope {
    let (subject, message) =
        ("intake.v1.of_tomorrow.fars._.key".to_owned(), "samad.intake.v1.OfTomorrow".to_owned());
    Envelope { id: FactId(said.fact_id).derived("tomorrow"), subject, message, ..envelope(said) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_stream_adds_nothing() {
    let river = River::new().await;
    let replica = river.replica().await;
    let facts = lifecycles(20);
    river.state(&facts).await;
    replica.until_size(140).await;
    replica.end().await;

    // A consumer that starts over hears everything a second time.
    let nats = async_nats::connect(river.ground.nats_url()).await.unwrap();
    for owner in OWNERS {
        let stream =
            async_nats::jetstream::new(nats.clone()).get_stream(bus::stream_name(owner)).await.unwrap();
        stream.delete_consumer("audit").await.unwrap();
    }
    let replica = river.replica().await;
    let more = lifecycles(1);
    river.state(&more).await;
    replica.until_size(147).await;
    let figures = replica.figures().await;
    assert_eq!((heard(&figures), figures.cases, figures.answered), (147, 21, 21));
    assert!(replica.is_whole().await);
    replica.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_one_can_read_goes_to_the_dead_letters_and_stops_nobody() {
    let river = River::new().await;
    let replica = river.replica().await;
    let mut facts = lifecycles(5);
    let mut rubbish = said(&intake::CaseRegistered::default(), at(0));
    rubbish.payload = b"\xff\xff\xff".to_vec();
    facts.insert(9, rubbish);
    river.state(&facts).await;
    replica.until_size(35).await;

    let mut ops = OpsServiceClient::new(replica.channel.clone());
    let buried = async {
        loop {
            let asked = ListDeadLettersRequest { page_size: 10, ..Default::default() };
            let letters = ops.list_dead_letters(asked).await.unwrap().into_inner().letters;
            if !letters.is_empty() {
                return letters;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let letters = tokio::time::timeout(PATIENCE, buried).await.expect("nothing was buried");
    assert_eq!((letters.len(), letters[0].fact_id.as_str()), (1, facts[9].fact_id.to_string().as_str()));
    assert_eq!(heard(&replica.figures().await), 35);
    replica.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_are_signed_and_stated_while_the_ledger_grows() {
    let river = River::new().await;
    let replica = river.replica().await;
    river.state(&lifecycles(30)).await;
    replica.until_size(210).await;
    let whole = 210 + replica.figures().await.ledger_own;

    let key = audit::out::key_file::load_or_make(&river.key_file(), "samad.ir/ledger").unwrap();
    let mut feed = Feed::new(&river.bus, "audit", "witness", vec!["audit.v1.checkpoint_signed.>".to_owned()]);
    let covered = async {
        loop {
            for delivery in feed.next_batch().await.unwrap_or_default() {
                let envelope = delivery.envelope().unwrap();
                let name = CheckpointSigned::NAME.message;
                let fact: CheckpointSigned =
                    json::read(name, &envelope.content_type, &envelope.data).unwrap();
                let (size, root) = checkpoint::open(key.verifier_key(), &fact.note).unwrap();
                assert_eq!((size, &root.0[..]), (fact.size, &fact.root[..]));
                if size == whole {
                    return;
                }
            }
        }
    };
    tokio::time::timeout(PATIENCE, covered).await.expect("the whole ledger is never signed");
    assert!(replica.is_whole().await);
    replica.end().await;
}
