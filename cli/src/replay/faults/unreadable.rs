//! A message that no one can read: it must end in the dead letters of everyone who hears it, and stop nobody.

use std::time::Duration;

use anyhow::{Context, Result};
use bus::{Bus, Envelope};
use chassis::clock::Clock;
use contracts::FactId;
use contracts::intake::CaseRegistered;
use jiff::Timestamp;

use crate::system::System;

/// Who hears of registered cases.
pub const HEARERS: [&str; 3] = ["routing", "notification", "audit"];
/// How long the broker or the stream may be away.
const PATIENCE: Duration = Duration::from_secs(150);

/// The one message of a run.
pub struct Unreadable {
    bus: Bus,
    envelope: Envelope,
}

impl Unreadable {
    /// A message for the broker of `system` under a new id, dated `time` as if it were a fact of the replay.
    pub async fn new(system: &System, time: Timestamp) -> Result<Self> {
        let bus = Bus::connect(&system.nats_url, "faults", &system.operations()?).await?;
        let id = FactId(Clock::live().new_id());
        let said = Envelope::of(id, time, &CaseRegistered { case_id: id.to_string(), ..Default::default() });
        Ok(Unreadable { bus, envelope: Envelope { data: vec![0xff; 32].into(), ..said } })
    }

    /// Its id, by which its dead letters are found.
    pub fn id(&self) -> String {
        self.envelope.id.to_string()
    }

    /// The connection it goes by, to look at consumers.
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Puts it on the stream of intake.
    pub async fn put(&self) -> Result<()> {
        let putting = async {
            while let Err(error) = self.bus.publish("intake", std::slice::from_ref(&self.envelope)).await {
                tracing::debug!(error = format!("{error:#}"), "the unreadable message is put again");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        tokio::time::timeout(PATIENCE, putting).await.context("the broker took no message for 150 s")
    }
}
