//! From the broker into the spool: only then is the broker told that it was taken.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bus::{Delivery, Feed};
use chassis::Life;
use chassis::clock::Clock;

use crate::event::Event;
use crate::spool::Spool;

/// Between two looks at a broker that is away, and at a spool that is full or disabled.
const PAUSE: Duration = Duration::from_secs(1);

/// Pulls until the life ends; what was not kept by then is given again to the next process.
pub(crate) async fn pull(mut feed: Feed, spool: Arc<Spool>, clock: Clock, life: Life) -> Result<()> {
    let pulling = async {
        loop {
            if spool.is_full() || spool.is_disabled() {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            match feed.next_batch().await {
                Ok(batch) => take(batch, &spool, &clock).await,
                // The broker is away, or emptied: then routing makes the consumer again.
                Err(error) => {
                    tracing::debug!(error = format!("{error:#}"), "nothing can be pulled now");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    };
    let _ = life.token().run_until_cancelled(pulling).await;
    feed.close().await;
    Ok(())
}

async fn take(batch: Vec<Delivery>, spool: &Arc<Spool>, clock: &Clock) {
    let (mut taken, mut events) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
    for delivery in batch {
        match delivery.envelope().map_err(anyhow::Error::from).and_then(|envelope| Event::read(&envelope)) {
            Ok(event) => {
                events.extend(event);
                taken.push(delivery);
            }
            Err(error) => {
                tracing::error!(
                    error = format!("{error:#}"),
                    subject = delivery.subject,
                    "left with the broker"
                );
                delivery.retry().await;
            }
        }
    }
    let (keeper, now) = (spool.clone(), clock.now());
    let kept = tokio::task::spawn_blocking(move || keeper.keep(events, now)).await;
    match kept.map_err(anyhow::Error::from).flatten() {
        Ok(()) => {
            for delivery in taken {
                delivery.done().await;
            }
        }
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "the disk takes nothing: left with the broker");
            for delivery in taken {
                delivery.retry().await;
            }
        }
    }
}
