//! Signs the ledger's root while it grows.

use jiff::Timestamp;
use sqlx::PgConnection;

use crate::domain::checkpoint::{CheckpointFault, LogKey};
use crate::domain::verify::Signed;
use crate::store::{checkpoints, ledger};

/// Signs the tree as it is now and keeps the checkpoint; none when nothing was added since `newest`, or another
/// replica was faster.
pub async fn sign(
    db: &mut PgConnection,
    key: &LogKey,
    newest: u64,
    now: Timestamp,
) -> Result<Option<Signed>, SignFault> {
    let head = ledger::head(db).await?;
    if head.size <= newest {
        return Ok(None);
    }
    let signed = Signed { size: head.size, root: head.root, note: key.sign(head.size, head.root)? };
    Ok(checkpoints::add(db, &signed, now).await?.then_some(signed))
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignFault {
    /// The database.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    /// The key.
    #[error(transparent)]
    Key(#[from] CheckpointFault),
}
