//! What people of a province learn: that a case is registered or answered, and that an agency let its time pass. It is read
//! from the streams as they grow, like everybody who listens does.

use anyhow::{Context, Result};
use bus::{Bus, Envelope, Feed};
use contracts::{Fact, deadline, intake, json, required_instant, routing};
use jiff::Timestamp;
use sdk::CancellationToken;
use tokio::sync::mpsc;

use crate::system::System;

/// The reader's own place in each stream.
const CONSUMER: &str = "neighbours";
/// Whose facts are read, what ends a referral before what makes it overdue.
const OWNERS: [&str; 3] = ["intake", "routing", "deadline"];

/// What was learnt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Registered {
        case_id: String,
        at: Timestamp,
    },
    Closed {
        case_id: String,
        at: Timestamp,
    },
    /// An agency's time is over.
    Breached {
        case_id: String,
        referral_id: String,
        agency: String,
        programme: String,
        at: Timestamp,
    },
    /// A deadline that had passed was moved: it does not count as passed.
    InTimeAgain {
        referral_id: String,
    },
    /// A referral was answered, returned or withdrawn.
    Ended {
        referral_id: String,
    },
}

/// Batches of one stream that wait to be read: whoever reads does so at every step.
const BATCHES: usize = 256;

/// Reads on where it stopped.
pub struct News {
    bus: Bus,
    readers: Vec<Reader>,
}

/// Facts of a stream that were heard: how many, and what they told.
type Told = (u64, Vec<Event>);

/// What is read of one stream.
struct Reader {
    owner: &'static str,
    told: mpsc::Receiver<Told>,
    read: u64,
}

impl News {
    /// Begins before the first fact.
    ///
    /// # Errors
    /// When the broker is away.
    pub async fn of(system: &System) -> Result<Self> {
        let bus = hub(system).await?;
        let reader = |owner| {
            let feed = Feed::new(&bus, owner, CONSUMER, vec![format!("{owner}.v1.>")]);
            let (tell, told) = mpsc::channel(BATCHES);
            let stop = system.life.token();
            system.life.spawn("the neighbours", listen(feed, tell, stop));
            Reader { owner, told, read: 0 }
        };
        let readers = OWNERS.map(reader).into();
        Ok(News { bus, readers })
    }

    /// What was published since the last time, of a world at rest.
    ///
    /// # Errors
    /// When the broker is away or a fact cannot be read.
    pub async fn read(&mut self) -> Result<Vec<Event>> {
        let mut news = Vec::new();
        for Reader { owner, told, read } in &mut self.readers {
            let last = self.bus.ensure_stream(owner, 1).await?.last_sequence;
            while *read < last {
                let (facts, events) = told.recv().await.context("nobody listens any more")?;
                *read += facts;
                news.extend(events);
            }
        }
        Ok(news)
    }
}

async fn listen(mut feed: Feed, tell: mpsc::Sender<Told>, stop: CancellationToken) -> Result<()> {
    while let Some(batch) = stop.run_until_cancelled(feed.next_batch()).await {
        let mut told = (0, Vec::new());
        for delivery in batch? {
            told.1.extend(event(&delivery.envelope()?)?);
            delivery.done().await;
            told.0 += 1;
        }
        if tell.send(told).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// A connection that may read every stream.
///
/// # Errors
/// When the broker is away.
pub(super) async fn hub(system: &System) -> Result<Bus> {
    Bus::connect(&system.nats_url, "samad simulate", &system.operations()?).await
}

/// The fact, if it is one of these.
///
/// # Errors
/// When it cannot be read.
pub(super) fn read<F: Fact>(fact: &Envelope) -> Result<Option<F>> {
    let wanted = fact.message == F::NAME.message;
    Ok(if wanted { Some(json::read(F::NAME.message, &fact.content_type, &fact.data)?) } else { None })
}

fn event(fact: &Envelope) -> Result<Option<Event>> {
    let ended = |referral_id| Ok(Some(Event::Ended { referral_id }));
    if let Some(registered) = read::<intake::CaseRegistered>(fact)? {
        let at = required_instant(registered.registered_at.as_ref())?;
        return Ok(Some(Event::Registered { case_id: registered.case_id, at }));
    } else if let Some(closed) = read::<intake::CaseClosed>(fact)? {
        let at = required_instant(closed.closed_at.as_ref())?;
        return Ok(Some(Event::Closed { case_id: closed.case_id, at }));
    } else if let Some(answered) = read::<routing::ReferralAnswered>(fact)? {
        return ended(answered.referral_id);
    } else if let Some(returned) = read::<routing::ReferralReturned>(fact)? {
        return ended(returned.referral_id);
    } else if let Some(withdrawn) = read::<routing::ReferralWithdrawn>(fact)? {
        return ended(withdrawn.referral_id);
    } else if let Some(breached) = read::<deadline::DeadlineBreached>(fact)? {
        let at = required_instant(breached.breached_at.as_ref())?;
        let deadline::DeadlineBreached { case_id, referral_id, agency, programme, .. } = breached;
        return Ok(Some(Event::Breached { case_id, referral_id, agency, programme, at }));
    }
    let moved = read::<deadline::DeadlineMoved>(fact)?.filter(|moved| moved.breach_withdrawn);
    Ok(moved.map(|moved| Event::InTimeAgain { referral_id: moved.referral_id }))
}
