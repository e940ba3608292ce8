//! Counts again, as an outsider would: every fact of the streams is read from the beginning and counted plainly. It
//! shares nothing with audit, so that what both find is so.

mod facts;
mod hear;
mod period;
mod totals;
mod year;

use anyhow::Result;
use bus::Feed;

pub use facts::{Facts, State};
pub use totals::Recount;
pub use year::Standing;

use super::news::hub;
use crate::system::System;

/// Whose facts are counted.
const OWNERS: [&str; 5] = ["intake", "routing", "deadline", "notification", "audit"];
/// The recount's own place in each stream.
const CONSUMER: &str = "recount";

/// Reads every fact of the world, which must be at rest.
///
/// # Errors
/// When the broker is away or a fact cannot be read.
pub async fn recount(system: &System) -> Result<Facts> {
    let bus = hub(system).await?;
    let mut facts = Facts::default();
    for owner in OWNERS {
        let last = bus.ensure_stream(owner, 1).await?.last_sequence;
        let mut feed = Feed::new(&bus, owner, CONSUMER, vec![format!("{owner}.v1.>")]);
        let mut read = 0;
        while read < last {
            for delivery in feed.next_batch().await? {
                facts.hear(&delivery.envelope()?)?;
                delivery.done().await;
                read += 1;
            }
        }
        feed.close().await;
    }
    Ok(facts)
}
