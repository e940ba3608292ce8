//! A broker with one agency's account, and a stand-in for routing that keeps what it is told.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bus::{Bus, ConsumerLag, Envelope, Feed, Login};
use chassis::clock::Clock;
use contracts::agency::{ActionKind, ActionPublished, ActionVerdict, Refusal as WireRefusal};
use contracts::{Fact, FactId, ReferralId, intake, json, routing};
use ground::test::Ground;
use prost::Message;
use sdk::{Agency, Answer, CancellationToken, Connection, Desk, News, Outcome, Referral, Refusal, Retry};
use stage::Walled;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

pub const AGENCY: &str = "fars-water";
/// Longer than the 30 s after which the broker gives a crashed adapter's referral to the next.
const PATIENCE: Duration = Duration::from_secs(90);

/// What the stand-in does with an action, by how many came before it.
pub type Judge = Box<dyn FnMut(usize, &ActionPublished) -> Judgement + Send>;

pub enum Judgement {
    Record,
    Refuse {
        code: &'static str,
        retryable: bool,
    },
    /// Recorded, but the verdict is lost on its way.
    RecordInSilence,
}

pub struct World {
    pub ground: Ground,
    pub hub: Bus,
    pub connection: Connection,
    told: Arc<Mutex<Vec<Told>>>,
}

/// An action that reached routing.
#[derive(Clone)]
pub struct Told {
    /// The agency that the broker wrote on it.
    pub agency: String,
    pub action: ActionPublished,
    /// Its `ce-time`.
    pub moment: Option<String>,
}

impl World {
    pub async fn new() -> Self {
        let walled = Walled::new(&[AGENCY]).await;
        let (login, credentials) = (Login::operations(Some(walled.operations())), walled.agency(AGENCY));
        let ground = walled.ground;
        let hub = Bus::connect(&ground.nats_url(), "test", &login).await.unwrap();
        let connection = Connection::new(ground.nats_url(), AGENCY, Some(credentials));
        let world = World { ground, hub, connection, told: Arc::default() };
        world.make_consumer().await;
        world
    }

    /// What routing does at its start, and again after the broker lost it.
    pub async fn make_consumer(&self) {
        until("the broker is back", async || self.hub.ensure_stream("routing", 1).await.is_ok()).await;
        until("the consumer is made", async || bus::agency_consumer(&self.hub, AGENCY).await.is_ok()).await;
    }

    /// Answers every action with `recorded`.
    pub async fn record(&self) {
        self.judge(Box::new(|_, _| Judgement::Record)).await;
    }

    /// Answers actions as `judge` says. A known action is recorded again without effect, as routing does.
    pub async fn judge(&self, mut judge: Judge) {
        let mut requests = self.hub.requests("agency.v1.*.action_published.*", "routing").await.unwrap();
        self.hub.flush().await.unwrap();
        let told = self.told.clone();
        tokio::spawn(async move {
            while let Some(request) = requests.next().await {
                let action = ActionPublished::decode(request.data.clone()).unwrap();
                let judgement = {
                    let mut told = told.lock().unwrap();
                    let judgement = judge(told.len(), &action);
                    told.push(Told {
                        agency: request.subject.split('.').nth(2).unwrap().to_owned(),
                        action: action.clone(),
                        moment: request.header("ce-time").map(ToOwned::to_owned),
                    });
                    judgement
                };
                let refusal = match judgement {
                    Judgement::Record => None,
                    Judgement::RecordInSilence => continue,
                    Judgement::Refuse { code, retryable } => {
                        Some(WireRefusal { code: code.into(), retryable, ..Default::default() })
                    }
                };
                let recorded = refusal.is_none();
                let verdict = ActionVerdict { action_id: action.action_id, recorded, refusal };
                request.answer(json::PROTOBUF, verdict.encode_to_vec()).await;
            }
        });
    }

    /// Issues a referral to the agency, as routing does, in protobuf or JSON.
    pub async fn issue_as(&self, statement: &str, content_type: &str) -> ReferralId {
        let clock = Clock::live();
        let id = ReferralId(clock.new_id());
        let fact = routing::ReferralIssued {
            referral_id: id.to_string(),
            case_id: clock.new_id().to_string(),
            round: 1,
            agency: AGENCY.into(),
            province: "fars".into(),
            topic: "water.outage".into(),
            kind: intake::Kind::Complaint.into(),
            statement: statement.into(),
            issued_at: Some(contracts::timestamp(clock.now())),
            ..Default::default()
        };
        self.state(&fact, content_type).await;
        id
    }

    pub async fn issue(&self, statement: &str) -> ReferralId {
        self.issue_as(statement, json::PROTOBUF).await
    }

    pub async fn state<F: Fact>(&self, fact: &F, content_type: &str) {
        let clock = Clock::live();
        let envelope = Envelope {
            content_type: content_type.into(),
            data: json::write(F::NAME.message, content_type, fact).unwrap().into(),
            ..Envelope::of(FactId(clock.new_id()), clock.now(), fact)
        };
        until("a fact is published", async || {
            self.hub.publish("routing", std::slice::from_ref(&envelope)).await.is_ok()
        })
        .await;
    }

    /// The actions that reached routing, in order.
    pub fn told(&self) -> Vec<Told> {
        self.told.lock().unwrap().clone()
    }

    /// The actions of that kind on one referral.
    pub fn actions(&self, referral: ReferralId, kind: ActionKind) -> Vec<ActionPublished> {
        let mut actions: Vec<_> = self.told().into_iter().map(|told| told.action).collect();
        actions.retain(|action| action.referral_id == referral.to_string() && action.kind() == kind);
        actions
    }

    pub async fn until_answered(&self, referral: ReferralId) {
        until("the referral is answered", async || !self.actions(referral, ActionKind::Answer).is_empty())
            .await;
    }

    pub async fn until_acknowledged(&self) {
        until("all is acknowledged", async || {
            let lag = Feed::lag(&self.hub, "routing", AGENCY).await;
            lag.is_ok_and(|lag| lag == ConsumerLag::default())
        })
        .await;
    }

    /// Starts an adapter; cancelling the token stops it in order, aborting the task crashes it.
    pub fn adapter(&self, agency: impl Agency) -> (CancellationToken, JoinHandle<()>) {
        let (stop, connection) = (CancellationToken::new(), self.connection.clone());
        let told = stop.clone();
        let running = tokio::spawn(async move { sdk::serve_until(connection, agency, told).await.unwrap() });
        (stop, running)
    }
}

/// Waits until it is so.
pub async fn until<F: Future<Output = bool>>(what: &str, mut so: impl FnMut() -> F) {
    let asked = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, asked).await.is_ok(), "in vain: {what}");
}

/// An agency that does what a function says and counts its calls.
pub struct Clerk<F> {
    pub does: F,
    pub seen: Seen,
}

/// What an agency was asked: calls by referral, and the refusals and news it heard of.
#[derive(Clone, Default)]
pub struct Seen {
    pub calls: Arc<Mutex<HashMap<ReferralId, usize>>>,
    pub refusals: Arc<Mutex<Vec<Refusal>>>,
    pub news: Arc<Mutex<Vec<News>>>,
}

impl Seen {
    pub fn calls(&self, referral: ReferralId) -> usize {
        self.calls.lock().unwrap().get(&referral).copied().unwrap_or_default()
    }
}

impl<F, R> Agency for Clerk<F>
where
    F: Fn(usize, Referral, Desk) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Outcome, Retry>> + Send,
{
    async fn act(&self, referral: Referral, desk: &Desk) -> Result<Outcome, Retry> {
        let call = {
            let mut calls = self.seen.calls.lock().unwrap();
            let call = calls.entry(referral.id).or_default();
            *call += 1;
            *call
        };
        (self.does)(call, referral, desk.clone()).await
    }

    async fn refused(&self, refusal: Refusal) -> Result<(), Retry> {
        self.seen.refusals.lock().unwrap().push(refusal);
        Ok(())
    }

    async fn told(&self, news: News) -> Result<(), Retry> {
        self.seen.news.lock().unwrap().push(news);
        Ok(())
    }
}

/// An agency that answers when the gate lets it.
pub fn gated(gate: &Arc<Semaphore>, seen: &Seen) -> impl Agency + use<> {
    let gate = gate.clone();
    let does = move |_, _: Referral, _: Desk| {
        let gate = gate.clone();
        async move {
            gate.acquire().await?.forget();
            Ok(Answer::done("آب وصل شد.").into())
        }
    };
    Clerk { does, seen: seen.clone() }
}
