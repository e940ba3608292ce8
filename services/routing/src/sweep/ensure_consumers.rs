//! Keeps a durable consumer for every agency: an agency may not make its own.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bus::{Bus, agency_consumer};
use chassis::Life;
use jiff::Timestamp;
use outbox::Store;
use tokio::sync::Notify;

use crate::store;

/// How often the broker is asked whether its stream is still the one that the consumers were made on.
const CHECK: Duration = Duration::from_secs(3);

/// Makes consumers, one after another: at the start, for new agencies, and again when the broker was emptied.
pub struct EnsureConsumers {
    store: Store,
    bus: Bus,
    replicas: usize,
    imported: Arc<Notify>,
    /// The stream's making that `made` speaks of.
    stream: Option<Timestamp>,
    made: HashSet<String>,
}

impl EnsureConsumers {
    /// Starts the sweep; `imported` wakes it.
    pub fn spawn(store: &Store, bus: &Bus, replicas: usize, imported: Arc<Notify>, life: &Life) {
        let (store, bus) = (store.clone(), bus.clone());
        let mut sweep =
            EnsureConsumers { store, bus, replicas, imported, stream: None, made: HashSet::new() };
        let ending = life.clone();
        life.spawn("agency consumers", async move {
            while !ending.is_stopping() {
                tokio::select! {
                    swept = sweep.sweep() => if let Err(error) = swept {
                        tracing::debug!(error = format!("{error:#}"), "agencies' consumers will be made later");
                    },
                    () = ending.stopping() => {}
                }
                tokio::select! {
                    () = tokio::time::sleep(CHECK) => {}
                    () = sweep.imported.notified() => {}
                    () = ending.stopping() => {}
                }
            }
            Ok(())
        });
    }

    async fn sweep(&mut self) -> Result<()> {
        let state = self.bus.ensure_stream("routing", self.replicas).await?;
        if self.stream != Some(state.created_at) {
            self.made.clear();
            self.stream = Some(state.created_at);
        }
        for agency in store::catalogue::agency_codes(self.store.pool()).await? {
            if !self.made.contains(&agency) {
                agency_consumer(&self.bus, &agency).await?;
                self.made.insert(agency);
            }
        }
        Ok(())
    }
}
