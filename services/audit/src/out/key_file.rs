//! The signing key on disk.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::domain::checkpoint::LogKey;

/// Reads the key, or makes one that only this user can read.
///
/// # Errors
/// When the file cannot be read or made, is of another log, or is open to other users.
pub fn load_or_make(path: &Path, origin: &str) -> Result<LogKey> {
    let name = path.display();
    if !path.exists() {
        make(path, origin).with_context(|| format!("cannot make the ledger's signing key {name}"))?;
    }
    let readable_by = fs::metadata(path).with_context(|| format!("cannot read {name}"))?.permissions().mode();
    if readable_by & 0o077 != 0 {
        bail!("other users can read the ledger's signing key: chmod 600 {name}");
    }
    let key = LogKey::parse(&fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?)
        .with_context(|| format!("{name} holds no usable key"))?;
    if key.origin() != origin {
        bail!(
            "{name} is the key of {}, but the ledger's origin is {origin}: set one of both right",
            key.origin()
        );
    }
    Ok(key)
}

/// Written aside and linked into place, so that of two replicas that start together both read the same whole key.
fn make(path: &Path, origin: &str) -> Result<()> {
    let secret = LogKey::generate(origin, &chassis::clock::random_bytes())?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let suffix = u64::from_ne_bytes(chassis::clock::random_bytes());
    let aside = path.with_extension(format!("new-{suffix:016x}"));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    writeln!(file, "{secret}")?;
    file.sync_all()?;
    let linked = fs::hard_link(&aside, path);
    fs::remove_file(&aside)?;
    match linked {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => Err(e.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/ledger.key");
        let made = load_or_make(&path, "test.example.ir").unwrap();
        let read = load_or_make(&path, "test.example.ir").unwrap();
        assert_eq!(made.verifier_key(), read.verifier_key());
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left aside");
    }

    #[test]
    fn replicas_that_start_together_share_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.key");
        let keys: Vec<String> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| load_or_make(&path, "test.example.ir").unwrap().verifier_key().to_owned())
                })
                .collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }

    #[test]
    fn a_key_that_others_can_read_or_of_another_log_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.key");
        load_or_make(&path, "test.example.ir").unwrap();
        assert!(load_or_make(&path, "other.example.ir").is_err());
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        assert!(load_or_make(&path, "test.example.ir").is_err());
    }
}
