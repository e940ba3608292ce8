//! Pulling what is meant for the agency, many at a time.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bus::Feed;
use chassis::Life;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::circuit::back_off;
use crate::clerk::Clerk;
use crate::turns::Turns;
use crate::{Agency, Connection, Desk, health};

/// So many referrals are acted on at once.
const AT_WORK: usize = 64;
/// So many are held, those at work included: what the broker lets one agency hold.
const HELD: usize = 500;
/// How long what is in hand may still take after the stop; the rest is given again to the next process.
const STOP_PATIENCE: Duration = Duration::from_secs(20);
const FLUSH_PATIENCE: Duration = Duration::from_secs(2);
/// Failures in a row, some seconds with their pauses, after which an outage is worth a line in the log.
const SAID_AFTER: u32 = 5;

/// Serves the agency until the process is told to stop (SIGTERM, Ctrl-C), then finishes what is in hand.
///
/// # Errors
/// When the connection's settings are wrong, or its admin address is taken. Outages are waited for.
pub async fn serve(connection: Connection, agency: impl Agency) -> Result<()> {
    let stop = CancellationToken::new();
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let told = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        told.cancel();
    });
    serve_until(connection, agency, stop).await
}

/// Serves the agency until `stop`, then finishes what is in hand, for at most 20 s.
///
/// # Errors
/// As [`serve`].
pub async fn serve_until(connection: Connection, agency: impl Agency, stop: CancellationToken) -> Result<()> {
    let desk = Desk::open(&connection).await?;
    let life = Life::default();
    if let Some(address) = connection.admin {
        health::serve(address, &desk, &life).await?;
    }
    let mut feed = Feed::existing(desk.bus(), "routing", &connection.agency);
    let clerk = Clerk { agency, desk: desk.clone(), places: Semaphore::new(AT_WORK), stop: stop.clone() };
    let mut held = JoinSet::new();
    let pulling = pull(&mut feed, Arc::new(clerk), &mut held);
    let _ = stop.run_until_cancelled(pulling).await;
    let finished =
        tokio::time::timeout(STOP_PATIENCE, async { while held.join_next().await.is_some() {} }).await;
    if finished.is_err() {
        tracing::warn!(left = held.len(), "not finished in time: given again to the next process");
    }
    // Without a server there is nothing to give back to; all is then given again in 30 s.
    let _ = tokio::time::timeout(FLUSH_PATIENCE, feed.close()).await;
    life.stop();
    Ok(())
}

/// Pulls for ever; ends only by being dropped.
async fn pull<A: Agency>(feed: &mut Feed, clerk: Arc<Clerk<A>>, held: &mut JoinSet<()>) {
    let turns = Turns::default();
    let mut failures = 0;
    loop {
        while let Some(ended) = if held.len() < HELD { held.try_join_next() } else { held.join_next().await }
        {
            if let Err(panic) = ended {
                tracing::error!(%panic, "the agency's code panicked; the referral is given again in 30 s");
            }
        }
        clerk.desk.circuit().closed().await;
        match feed.next_batch().await {
            Ok(batch) => {
                if std::mem::take(&mut failures) > SAID_AFTER {
                    tracing::info!("referrals are pulled again");
                }
                for delivery in batch {
                    let about = delivery.envelope().map(|envelope| envelope.about).unwrap_or_default();
                    let turn = turns.take(&about);
                    held.spawn(clerk.clone().handle(delivery, turn));
                }
            }
            // The broker is away, or emptied: then routing makes the consumer again. Said once, and only when it
            // lasts: after every start of the broker the consumer is a moment late.
            Err(error) => {
                if failures == SAID_AFTER {
                    tracing::info!(error = format!("{error:#}"), "no referrals can be pulled now");
                }
                tokio::time::sleep(back_off(failures)).await;
                failures = failures.saturating_add(1);
            }
        }
    }
}
