//! Whether a world is at rest: everything that was said has been heard everywhere, and nothing more is due at the
//! moment that its clock shows.
//!
//! Every piece of work is at each moment somewhere: before a consumer, due in a database, in an outbox, or published.
//! A service is read in this order, so what moves on within it while it is read is seen at its next place; what moves
//! on to another service raises the number of facts that were published. So a world is at rest when two looks, one
//! after the other, find nothing anywhere and the same numbers of published facts, all of them in the ledger.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use contracts::audit::GetFiguresRequest;
use contracts::ops::{GetFlowRequest, GetFlowResponse};
use contracts::optional_instant;
use futures_util::future::try_join_all;
use jiff::Timestamp;
use tokio::time::Instant;

use super::agencies::Agencies;
use crate::doors::Doors;
use crate::figures::{self, Figures};

/// Between two looks at a world that is at work: each asks every service for everything that waits before it.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// What does not come to rest within so long never will.
const PATIENCE: Duration = Duration::from_secs(120);
/// The service whose own facts concern nobody: it signs what it heard, whenever it comes to it.
const WITNESS: &str = "audit";

/// Looks at a world.
pub struct Rest {
    doors: Doors,
    agencies: Arc<Agencies>,
}

/// What one look found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Look {
    /// Work that is somewhere, in words; empty: none.
    at_work: Vec<String>,
    /// Facts published by each service.
    published: Vec<u64>,
}

impl Rest {
    /// Looks through these doors at the world that these agencies belong to.
    #[must_use]
    pub fn new(doors: &Doors, agencies: &Arc<Agencies>) -> Self {
        Rest { doors: doors.clone(), agencies: agencies.clone() }
    }

    /// Returns once all is done that is due at `now`.
    ///
    /// # Errors
    /// When a fact could not be handled, a service does not answer, or the world does not come to rest in 120 s.
    pub async fn reach(&self, now: Timestamp) -> Result<()> {
        let (started, mut before) = (Instant::now(), None);
        loop {
            let look = self.look(now).await?;
            if look.at_work.is_empty() && before.as_ref() == Some(&look) {
                return Ok(());
            }
            if started.elapsed() > PATIENCE {
                bail!("the world did not come to rest at {now}: {}", look.at_work.join(", "));
            }
            if !look.at_work.is_empty() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            before = Some(look);
        }
    }

    /// The figures of a world at rest, once the ledger's last facts are signed too.
    ///
    /// # Errors
    /// When a service does not answer, or the ledger is not signed in 120 s.
    pub async fn figures(&self) -> Result<Figures> {
        let started = Instant::now();
        loop {
            let figures = figures::read(&self.doors, GetFiguresRequest::default()).await?;
            if figures.in_flight == 0 {
                return Ok(figures);
            }
            ensure!(started.elapsed() < PATIENCE, "{} facts stay in flight", figures.in_flight);
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn look(&self, now: Timestamp) -> Result<Look> {
        // An agency's acceptance is stored before it is counted here, so its fact is seen below.
        let taken = self.agencies.taken();
        let flows = self.doors.ops().map(async |(_, mut door)| {
            anyhow::Ok(door.get_flow(GetFlowRequest { sweep: true }).await?.into_inner())
        });
        let flows = try_join_all(flows).await?;
        let figures = self.doors.audit().get_figures(GetFiguresRequest::default()).await?.into_inner();
        let mut at_work = Vec::new();
        for flow in &flows {
            ensure!(flow.dead_letters == 0, "{} could not handle a fact: see its dead letters", flow.service);
            at_work.extend(work(flow, now)?);
        }
        let heard = flows.iter().filter(|flow| flow.service != WITNESS);
        let published: Vec<u64> = heard.map(|flow| flow.published).collect();
        let stated: u64 = published.iter().sum();
        // Audit's own facts are leaves as soon as they are stated.
        let heard = figures.ledger_size - figures.ledger_own;
        if heard != stated {
            at_work.push(format!("{heard} of {stated} facts are in the ledger"));
        }
        if figures.referrals != taken {
            at_work.push(format!("{taken} of {} referrals are with their agencies", figures.referrals));
        }
        Ok(Look { at_work, published })
    }
}

/// What a service has before it, in words.
fn work(flow: &GetFlowResponse, now: Timestamp) -> Result<Vec<String>> {
    let consumers =
        flow.consumers.iter().map(|consumer| (consumer.stream.as_str(), consumer.waiting + consumer.in_hand));
    let own = [("outbox", flow.outbox_waiting), ("pending", flow.pending)];
    let own = own.into_iter().filter(|_| flow.service != WITNESS);
    let mut work: Vec<String> = consumers
        .chain(own)
        .filter(|(_, left)| *left > 0)
        .map(|(place, left)| format!("{}: {left} in {place}", flow.service))
        .collect();
    if let Some(swept_at) = optional_instant(flow.swept_at.as_ref())?.filter(|swept_at| *swept_at < now) {
        work.push(format!("{}: swept at {swept_at} only", flow.service));
    }
    Ok(work)
}

#[cfg(test)]
mod tests {
    use contracts::ops::ConsumerFlow;
    use contracts::timestamp;

    use super::*;

    #[test]
    fn work_is_seen_wherever_it_is_but_not_what_the_witness_signs() {
        let now: Timestamp = "2025-03-25T06:30:00Z".parse().unwrap();
        let idle = GetFlowResponse { service: "deadline".to_owned(), published: 9, ..Default::default() };
        let seen = |flow: &GetFlowResponse| work(flow, now).unwrap().len();
        let waiting = ConsumerFlow { waiting: 1, ..Default::default() };
        let in_hand = ConsumerFlow { in_hand: 1, ..Default::default() };
        assert_eq!(seen(&idle), 0);
        assert_eq!(seen(&GetFlowResponse { consumers: vec![waiting, in_hand], ..idle.clone() }), 2);
        assert_eq!(seen(&GetFlowResponse { swept_at: Some(timestamp(now)), ..idle.clone() }), 0);
        let early = now - jiff::SignedDuration::from_secs(1);
        assert_eq!(seen(&GetFlowResponse { swept_at: Some(timestamp(early)), ..idle.clone() }), 1);
        let busy = GetFlowResponse { outbox_waiting: 1, pending: 1, ..idle };
        assert_eq!(seen(&busy), 2);
        assert_eq!(seen(&GetFlowResponse { service: WITNESS.to_owned(), ..busy }), 0);
    }
}
