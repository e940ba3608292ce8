//! An agency acts on a referral: a request over the bus, answered only after its outcome is stored.

use anyhow::Result;
use bus::{Bus, Request, Requests};
use chassis::Life;
use contracts::agency::ActionPublished as Message;
use contracts::fault::field_at_fault;
use contracts::json::{self, JSON, PROTOBUF, ReadError};
use jiff::Timestamp;
use outbox::Gather;
use tokio::task::JoinSet;

use crate::domain::refusal::Code;
use crate::record::{ACTION, Asked, Entrance, Place, Record, from_message, unreadable, verdict};

/// What agencies' requests come on, as the hub sees them: `agency.v1.<agency>.action_published.<referral>`.
const SUBJECT: &str = "agency.v1.*.action_published.*";
const VERDICT: &str = "samad.agency.v1.ActionVerdict";

/// Takes agencies' actions as one of the replicas of routing.
pub struct ActionPublished {
    requests: Requests,
    gather: Gather<Record>,
    entrance: Entrance,
}

impl ActionPublished {
    /// Starts listening.
    pub async fn spawn(bus: &Bus, gather: Gather<Record>, entrance: Entrance, life: &Life) -> Result<()> {
        let requests = bus.requests(SUBJECT, "routing").await?;
        life.spawn("actions", ActionPublished { requests, gather, entrance }.run(life.clone()));
        Ok(())
    }

    /// Many are in hand at once, so that they are committed together. What comes is taken at once or dropped at once:
    /// nothing waits here behind an agency that floods. Whoever hears no verdict asks again later, which slows it down.
    async fn run(mut self, life: Life) -> Result<()> {
        let mut in_hand = JoinSet::new();
        let mut closed = false;
        loop {
            let request = tokio::select! {
                Some(_) = in_hand.join_next(), if !in_hand.is_empty() => continue,
                request = self.requests.next() => request,
                () = life.stopping(), if !closed => {
                    // Those that have reached us are still taken; the other replicas get the rest.
                    closed = true;
                    self.requests.close().await?;
                    continue;
                }
            };
            let Some(request) = request else { break };
            if let Some(place) = self.entrance.enter(agency(&request)) {
                in_hand.spawn(take(self.gather.clone(), place, request));
            }
        }
        // Everyone has an answer.
        while in_hand.join_next().await.is_some() {}
        Ok(())
    }
}

async fn take(gather: Gather<Record>, place: Place, request: Request) {
    let asked = read(&request, content_type(&request));
    let action_id = asked.action_id.clone();
    let outcome = gather.ask(asked).await.unwrap_or_else(|failed| {
        tracing::warn!(?failed, "an action was not stored");
        Err(Code::TryAgain.into())
    });
    place.leave(&outcome);
    // Whoever writes in a format that we do not know can at least read JSON.
    let content_type = match content_type(&request) {
        PROTOBUF | "" => PROTOBUF,
        _ => JSON,
    };
    match json::write(VERDICT, content_type, &verdict(action_id, &outcome)) {
        Ok(body) => request.answer(content_type, body).await,
        Err(error) => tracing::error!(%error, "a verdict could not be written"),
    }
}

fn content_type(request: &Request) -> &str {
    json::stated(|name| request.header(name), &request.data)
}

/// Who acts: the subject's third token, written by the broker.
fn agency(request: &Request) -> &str {
    request.subject.split('.').nth(2).unwrap_or_default()
}

/// The action in a request.
fn read(request: &Request, content_type: &str) -> Asked {
    let (agency, referral) = (agency(request), request.subject.split('.').nth(4).unwrap_or_default());
    // A following clock goes by it; others go by themselves.
    let cause: Option<Timestamp> = request.header("ce-time").and_then(|time| time.parse().ok());
    let data = &request.data;
    match json::read::<Message>(ACTION, content_type, data) {
        Ok(message) => from_message(agency, Some(referral), message, cause),
        Err(error) => {
            let field = match error {
                ReadError::Json(_) => field_at_fault(ACTION, data).unwrap_or_default(),
                _ => String::new(),
            };
            unreadable(agency, referral, data, field, cause)
        }
    }
}
