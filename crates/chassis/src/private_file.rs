//! Files that only their owner reads: keys, passwords, accounts.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Puts `text` in the place of what `file` held: beside it first, then by a rename, so that a full disk costs nothing
/// that was there.
///
/// # Errors
/// When it cannot be written; what was there stays.
pub fn write_private(file: &Path, text: &str) -> io::Result<()> {
    let unfinished = file.with_extension("new");
    let mut options = File::options();
    let mut written = options.write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    written.write_all(text.as_bytes())?;
    written.sync_all()?;
    fs::rename(&unfinished, file)
}
