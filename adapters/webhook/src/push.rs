//! From the spool to the endpoint, by the schedule and as fast as the endpoint bears.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use anyhow::Result;
use chassis::Life;
use chassis::clock::Clock;
use jiff::SignedDuration;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge};
use sdk::Desk;
use tokio::task::JoinSet;

use crate::endpoint::{Answer, Endpoint};
use crate::pace::Pace;
use crate::schedule;
use crate::spool::{Spool, Waiting};

/// Between two looks at whether a disabled endpoint is enabled again.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Before a message is tried again that the disk did not give, or would not let go.
const DISK_PAUSE: SignedDuration = SignedDuration::from_mins(1);

struct Meters {
    tries: Counter<u64>,
    waiting: Gauge<u64>,
}

static METERS: LazyLock<Meters> = LazyLock::new(|| {
    let meter = opentelemetry::global::meter("webhook");
    Meters {
        tries: meter.u64_counter("samad_webhook_tries").build(),
        waiting: meter.u64_gauge("samad_webhook_waiting").build(),
    }
});

/// Pushes for one agency.
pub(crate) struct Push {
    pub agency: String,
    pub endpoint: Arc<Endpoint>,
    pub spool: Arc<Spool>,
    pub desk: Desk,
    pub clock: Clock,
}

/// A message and what became of it; nothing, where its file was damaged.
type Try = (Waiting, Result<Option<Answer>>);

impl Push {
    /// Pushes until the life ends; what is under way then is waited for.
    pub async fn run(self, life: Life) -> Result<()> {
        let (mut pace, mut tries, mut busy) = (Pace::default(), JoinSet::<Try>::new(), HashSet::new());
        while !life.is_stopping() {
            let (now, is_disabled) = (self.clock.now(), self.spool.is_disabled());
            let free = if is_disabled { 0 } else { pace.free(now, tries.len()) };
            for message in self.spool.due(now, &busy, free) {
                busy.insert(message.referral.clone());
                tries.spawn(attempt(self.endpoint.clone(), self.spool.clone(), self.desk.clone(), message));
            }
            let idle = pace.free(now, tries.len()) > 0;
            let next = if idle { self.spool.next_due(&busy) } else { Some(pace.pause_until) };
            let next = next.filter(|next| *next > now);
            let due = async {
                match next {
                    _ if is_disabled => tokio::time::sleep(LOOK_EVERY).await,
                    Some(next) => self.clock.sleep_until(next).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = life.stopping() => {}
                Some(tried) = tries.join_next() => {
                    let (message, answer) = tried?;
                    busy.remove(&message.referral);
                    self.settle(message, answer, &mut pace);
                }
                () = self.spool.arrived() => {}
                () = due => {}
            }
        }
        while let Some(tried) = tries.join_next().await {
            let (message, answer) = tried?;
            self.settle(message, answer, &mut pace);
        }
        Ok(())
    }

    /// A disk that fails one agency stops neither the others nor its own next messages.
    fn settle(&self, message: Waiting, answer: Result<Option<Answer>>, pace: &mut Pace) {
        let (place, id) = (message.place, message.id.clone());
        if let Err(error) = answer.and_then(|answer| self.settled(message, answer, pace)) {
            let (agency, error) = (&self.agency, format!("{error:#}"));
            tracing::error!(agency, id, error, "the disk failed a message: tried again in a minute");
            self.count("failed_by_disk");
            self.spool.defer(place, self.clock.now() + DISK_PAUSE);
        }
    }

    fn settled(&self, message: Waiting, answer: Option<Answer>, pace: &mut Pace) -> Result<()> {
        let now = self.clock.now();
        let Some(answer) = answer else {
            self.count("damaged");
            return Ok(());
        };
        let (outcome, reason) = match answer {
            Answer::Taken => {
                pace.taken();
                self.spool.forget(&message)?;
                self.count("taken");
                return Ok(());
            }
            Answer::Gone => {
                let file = self.spool.disabled_by();
                self.spool.disable(&format!(
                    "{now}: the endpoint answered 410 Gone. Remove this file to push again.\n"
                ))?;
                tracing::error!(agency = self.agency, file = %file.display(), "the endpoint is gone: nothing is pushed until the file is removed");
                self.count("gone");
                return Ok(());
            }
            Answer::Overloaded(status, asked) => {
                pace.overloaded(now, asked);
                ("overloaded", format!("answered {status}"))
            }
            Answer::Failed(reason) => {
                pace.failed();
                ("failed", reason)
            }
        };
        self.count(outcome);
        let failures = message.failures.saturating_add(1);
        let due_at = now.saturating_add(schedule::wait_after(failures))?.max(pace.pause_until);
        let (agency, id) = (&self.agency, &message.id);
        if schedule::is_over(failures) {
            tracing::error!(
                agency,
                id,
                failures,
                reason,
                "the endpoint takes a message for days now: tried once a day"
            );
        } else {
            tracing::warn!(agency, id, failures, reason, next = %due_at, "the endpoint did not take a message");
        }
        self.spool.postpone(Waiting { failures, due_at, ..message })
    }

    fn count(&self, outcome: &'static str) {
        let agency = KeyValue::new("agency", self.agency.clone());
        METERS.waiting.record(self.spool.len() as u64, std::slice::from_ref(&agency));
        METERS.tries.add(1, &[agency, KeyValue::new("outcome", outcome)]);
    }
}

/// One try. A referral that was taken is accepted: only now has the agency it in hand.
async fn attempt(endpoint: Arc<Endpoint>, spool: Arc<Spool>, desk: Desk, message: Waiting) -> Try {
    let body = match spool.body(&message) {
        Ok(Some(body)) => body,
        Ok(None) => return (message, Ok(None)),
        Err(error) => return (message, Err(error)),
    };
    let answer = endpoint.post(&message.id, body).await;
    if answer == Answer::Taken
        && message.is_referral
        && let Ok(referral) = message.referral.parse()
        && let Err(refusal) = desk.accept(referral).await
    {
        // Answered or withdrawn before it came here.
        tracing::debug!(%refusal, "a referral that was taken needs no acceptance");
    }
    (message, Ok(Some(answer)))
}
