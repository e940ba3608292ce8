//! One running server per data folder.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// How long a folder may stay locked before it counts as in use: long enough for a server whose owner was killed to
/// end by itself.
const PATIENCE: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(20);

/// Locks `folder` for as long as the returned file, or a copy of it in a child process, stays open.
///
/// # Errors
/// When another server holds the folder, or the lock file cannot be written.
pub(crate) async fn lock_folder(folder: &Path) -> Result<File> {
    let path = folder.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("the data folder {} cannot be written", folder.display()))?;
    let wait = async {
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(()),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(POLL).await,
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    };
    match tokio::time::timeout(PATIENCE, wait).await {
        Ok(outcome) => outcome.with_context(|| format!("{} cannot be locked", path.display()))?,
        Err(_) => bail!(
            "the data folder {} is in use by another running server: stop that one, or choose another folder with --data",
            folder.display()
        ),
    }
    Ok(file)
}
