//! Signs the ledger's root while it grows, and states that it did.

use std::time::Duration;

use anyhow::Result;
use chassis::Life;
use contracts::audit::CheckpointSigned;
use contracts::timestamp;
use outbox::Store;
use tokio::time::Instant;

use crate::Config;
use crate::domain::checkpoint::LogKey;
use crate::domain::verify::Signed;
use crate::store::{checkpoints, ledger};

/// Looks at the tree this often within the time between two checkpoints.
const LOOKS: u32 = 4;

/// The sweep; with several replicas each size is signed once.
pub struct SignCheckpoint {
    store: Store,
    key: LogKey,
    every: Duration,
    leaves: u64,
}

impl SignCheckpoint {
    /// Signs in `store` with `key`, as often as configured.
    #[must_use]
    pub fn new(config: &Config, store: &Store, key: &LogKey) -> Self {
        let every = Duration::from_millis(config.checkpoint_every_ms.max(1));
        Self { store: store.clone(), key: key.clone(), every, leaves: config.checkpoint_leaves }
    }

    /// Runs until the life ends.
    pub fn spawn(self, life: &Life) {
        let ending = life.clone();
        life.spawn("checkpoints", async move {
            let mut signed_at: Option<Instant> = None;
            while !ending.is_stopping() {
                let due = signed_at.is_none_or(|at| at.elapsed() >= self.every);
                // Enough new leaves are signed at once, any number when the time has come.
                match self.sign(if due { 1 } else { self.leaves }).await {
                    Ok(Some(_)) => signed_at = Some(Instant::now()),
                    Ok(None) => {}
                    Err(error) => tracing::warn!(error = format!("{error:#}"), "no checkpoint was signed: trying again"),
                }
                tokio::select! { () = tokio::time::sleep(self.every / LOOKS) => {}, () = ending.stopping() => {} }
            }
            Ok(())
        });
    }

    /// Signs the tree as it is, if at least `leaves` were added since the newest checkpoint; none otherwise, or when
    /// another replica was faster.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn sign(&self, leaves: u64) -> Result<Option<Signed>> {
        let mut db = self.store.pool().acquire().await?;
        let head = ledger::head(&mut db).await?;
        let newest = checkpoints::newest(&mut db).await?.map_or(0, |newest| newest.size);
        drop(db);
        if head.size < newest.saturating_add(leaves.max(1)) {
            return Ok(None);
        }
        let signed = Signed { size: head.size, root: head.root, note: self.key.sign(head.size, head.root)? };
        let now = self.store.clock().at(head.latest_at);
        let mut tx = self.store.begin().await?;
        if !checkpoints::add(tx.connection(), &signed, now).await? {
            return Ok(None);
        }
        let fact = CheckpointSigned {
            size: signed.size,
            root: signed.root.0.to_vec(),
            note: signed.note.clone(),
            signed_at: Some(timestamp(now)),
        };
        tx.emit(now, &fact);
        tx.commit().await?;
        Ok(Some(signed))
    }
}
