//! Folders of one process, which nobody else may read.

use std::fs::{DirBuilder, File, TryLockError};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Takes `folder` for this process as long as what is returned lives; makes it (mode 0700) if it is not there. `in_use` says
/// what to do where another process has it.
///
/// # Errors
/// When the folder cannot be used or belongs to another process.
pub fn hold_private(folder: &Path, in_use: &str) -> Result<File> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let lock = File::create(folder.join("lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => bail!("{in_use}"),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}
