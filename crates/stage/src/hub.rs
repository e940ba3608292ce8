//! The hub as one agency's adapter meets it: a broker with accounts, and a stand-in for routing that records every action.

use std::path::Path;
use std::sync::{Arc, Mutex};

use bus::{Bus, ConsumerLag, Envelope, Feed, Login};
use chassis::clock::Clock;
use contracts::agency::{ActionKind, ActionPublished, ActionVerdict, Refusal};
use contracts::{Fact, FactId, ReferralId, intake, json, routing};
use ground::test::Ground;
use prost::Message;

use crate::{Walled, patiently};

/// See the module.
pub struct Hub {
    agency: &'static str,
    clock: Clock,
    bus: Bus,
    credentials: String,
    told: Arc<Mutex<Vec<ActionPublished>>>,
    _ground: Ground,
}

impl Hub {
    /// A hub that knows `agency` and goes by `clock`.
    pub async fn new(agency: &'static str, clock: &Clock) -> Self {
        let walled = Walled::new(&[agency]).await;
        let (login, credentials) = (Login::operations(Some(walled.operations())), walled.agency(agency));
        let ground = walled.ground;
        let bus = Bus::connect(&ground.nats_url(), "test", &login).await.expect("the bus");
        bus.ensure_stream("routing", 1).await.expect("a stream");
        bus::agency_consumer(&bus, agency).await.expect("a consumer");
        let credentials = format!("agency: {agency}\naddress: {}\n\n{credentials}", ground.nats_url());
        let hub =
            Hub { agency, clock: clock.clone(), bus, credentials, told: Arc::default(), _ground: ground };
        hub.record().await;
        hub
    }

    /// Answers every action with `recorded`.
    async fn record(&self) {
        let requests = self.bus.requests("agency.v1.*.action_published.*", "routing").await;
        let mut requests = requests.expect("a subscription");
        self.bus.flush().await.expect("the broker hears");
        let told = self.told.clone();
        tokio::spawn(async move {
            while let Some(request) = requests.next().await {
                let action = ActionPublished::decode(request.data.clone()).expect("an action");
                let action_id = action.action_id.clone();
                told.lock().expect("no panic").push(action);
                let verdict = ActionVerdict { action_id, recorded: true, refusal: None };
                request.answer(json::PROTOBUF, verdict.encode_to_vec()).await;
            }
        });
    }

    /// Writes the file that the agency is handed.
    pub fn hand_over(&self, file: &Path) {
        std::fs::write(file, &self.credentials).expect("a file");
    }

    /// Issues a referral to the agency, as routing does, in protobuf or JSON.
    pub async fn issue(&self, topic: &str, statement: &str, content_type: &str) -> ReferralId {
        let id = ReferralId(self.clock.new_id());
        let fact = routing::ReferralIssued {
            referral_id: id.to_string(),
            case_id: self.clock.new_id().to_string(),
            round: 1,
            agency: self.agency.to_owned(),
            province: "fars".to_owned(),
            topic: topic.to_owned(),
            kind: intake::Kind::Complaint.into(),
            statement: statement.to_owned(),
            place: "شیراز، خیابان زند".to_owned(),
            issued_at: Some(contracts::timestamp(self.clock.now())),
            ..Default::default()
        };
        self.state(&fact, content_type).await;
        id
    }

    /// The citizen withdraws the case of a referral.
    pub async fn withdraw(&self, referral: ReferralId) {
        let fact = routing::ReferralWithdrawn {
            referral_id: referral.to_string(),
            agency: self.agency.to_owned(),
            province: "fars".to_owned(),
            reason: "مشکل حل شد".to_owned(),
            ..Default::default()
        };
        self.state(&fact, json::PROTOBUF).await;
    }

    /// A reviewer gives back the answer to a referral.
    pub async fn give_back(&self, referral: ReferralId) {
        let refusal = Refusal {
            code: "answer_rejected".to_owned(),
            field: "text".to_owned(),
            message_fa: "به درخواست شهروند پاسخ داده نشده است".to_owned(),
            ..Default::default()
        };
        let fact = routing::ActionRefused {
            referral_id: referral.to_string(),
            agency: self.agency.to_owned(),
            province: "fars".to_owned(),
            refusal: Some(refusal),
            ..Default::default()
        };
        self.state(&fact, json::PROTOBUF).await;
    }

    async fn state<F: Fact>(&self, fact: &F, content_type: &str) {
        let envelope = Envelope {
            content_type: content_type.to_owned(),
            data: json::write(F::NAME.message, content_type, fact).expect("a fact").into(),
            ..Envelope::of(FactId(self.clock.new_id()), self.clock.now(), fact)
        };
        self.bus.publish("routing", &[envelope]).await.expect("published");
    }

    /// Waits until the broker has nothing more for the agency.
    pub async fn until_pulled(&self) {
        let pulled = async || {
            let lag = Feed::lag(&self.bus, "routing", self.agency).await;
            lag.is_ok_and(|lag| lag == ConsumerLag::default()).then_some(())
        };
        patiently("all is pulled", pulled).await;
    }

    /// The actions on one referral so far, in order.
    #[must_use]
    pub fn actions(&self, referral: ReferralId) -> Vec<ActionPublished> {
        let mut actions = self.told.lock().expect("no panic").clone();
        actions.retain(|action| action.referral_id == referral.to_string());
        actions
    }

    /// Waits until there is an action of that kind on the referral; it.
    pub async fn action(&self, referral: ReferralId, kind: ActionKind) -> ActionPublished {
        let there = async || self.actions(referral).into_iter().find(|action| action.kind() == kind);
        patiently(&format!("{} on {referral}", kind.as_str_name()), there).await
    }
}
