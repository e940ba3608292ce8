//! An agency acts on a referral: a request over the bus, answered only after its outcome is stored.

use std::sync::Arc;

use anyhow::Result;
use bus::{Bus, Request, Requests};
use chassis::Life;
use contracts::agency::ActionPublished as Message;
use contracts::json::{self, JSON, PROTOBUF};
use jiff::Timestamp;
use outbox::Gather;
use tokio::sync::Semaphore;

use crate::domain::refusal::Code;
use crate::record::{Asked, Record, from_message, unreadable, verdict};

/// What agencies' requests come on, as the hub sees them: `agency.v1.<agency>.action_published.<referral>`.
const SUBJECT: &str = "agency.v1.*.action_published.*";
/// Requests in hand at once: four full commits. More wait in the connection.
const AT_ONCE: u32 = 2_000;
const MESSAGE: &str = "samad.agency.v1.ActionPublished";
const VERDICT: &str = "samad.agency.v1.ActionVerdict";

/// Takes agencies' actions as one of the replicas of routing.
pub struct ActionPublished {
    requests: Requests,
    gather: Gather<Record>,
}

impl ActionPublished {
    /// Starts listening.
    pub async fn spawn(bus: &Bus, gather: Gather<Record>, life: &Life) -> Result<()> {
        let requests = bus.requests(SUBJECT, "routing").await?;
        life.spawn("actions", ActionPublished { requests, gather }.run(life.clone()));
        Ok(())
    }

    /// Many are in hand at once, so that they are committed together.
    async fn run(mut self, life: Life) -> Result<()> {
        let room = Arc::new(Semaphore::new(AT_ONCE as usize));
        let mut closed = false;
        loop {
            let permit = room.clone().acquire_owned().await?;
            let request = if closed {
                self.requests.next().await
            } else {
                tokio::select! {
                    request = self.requests.next() => request,
                    () = life.stopping() => {
                        // Those that have reached us are still taken; the other replicas get the rest.
                        closed = true;
                        self.requests.close().await?;
                        continue;
                    }
                }
            };
            let Some(request) = request else { break };
            let gather = self.gather.clone();
            tokio::spawn(async move {
                answer(&gather, &request).await;
                drop(permit);
            });
        }
        // Every permit is back: everyone has an answer.
        drop(room.acquire_many(AT_ONCE).await?);
        Ok(())
    }
}

async fn answer(gather: &Gather<Record>, request: &Request) {
    let content_type = request.header("ce-datacontenttype").unwrap_or_default();
    let asked = read(request, content_type);
    let action_id = asked.action_id.clone();
    let outcome = gather.ask(asked).await.unwrap_or_else(|failed| {
        tracing::warn!(?failed, "an action was not stored");
        Err(Code::TryAgain.into())
    });
    let verdict = verdict(action_id, &outcome);
    // Whoever writes in a format that we do not know can at least read JSON.
    let content_type = match content_type {
        PROTOBUF | "" => PROTOBUF,
        _ => JSON,
    };
    match json::write(VERDICT, content_type, &verdict) {
        Ok(body) => request.answer(content_type, body).await,
        Err(error) => tracing::error!(%error, "a verdict could not be written"),
    }
}

/// The action in a request. The subject's third token is the agency, written by the broker.
fn read(request: &Request, content_type: &str) -> Asked {
    let mut tokens = request.subject.split('.').skip(2);
    let (agency, referral) = (tokens.next().unwrap_or_default(), tokens.nth(1).unwrap_or_default());
    // A following clock goes by it; others go by themselves.
    let cause: Option<Timestamp> = request.header("ce-time").and_then(|time| time.parse().ok());
    match json::read::<Message>(MESSAGE, content_type, &request.data) {
        Ok(message) => from_message(agency, Some(referral), message, cause),
        Err(_) => unreadable(agency, referral, &request.data, cause),
    }
}
