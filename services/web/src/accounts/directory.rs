//! The accounts as they are now: the file is read again when it was written.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::SystemTime;

use chassis::Caller;
use jiff::Timestamp;
use tokio::sync::Semaphore;

use super::{Accounts, fits, hash};

/// Passwords that are checked at once: each takes 19 MiB and a core.
const CHECKS: usize = 2;

/// Checked for whoever has no account, so that the time of an answer does not tell who has one.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash("nobody has this password").unwrap_or_default());

/// Knows the accounts; cheap to copy.
#[derive(Clone)]
pub(crate) struct Directory(Arc<Held>);

struct Held {
    file: PathBuf,
    read: Mutex<(Option<Stamp>, Arc<Accounts>)>,
    checks: Semaphore,
}

/// What a file looks like from outside; another one after each writing.
type Stamp = (SystemTime, u64);

impl Directory {
    /// The accounts in `file`, which need not be there yet.
    pub fn of(file: PathBuf) -> Self {
        Directory(Arc::new(Held { file, read: Mutex::default(), checks: Semaphore::new(CHECKS) }))
    }

    /// A damaged file is told to the operators, and lets in whom the last good one did.
    fn accounts(&self) -> Arc<Accounts> {
        let metadata = std::fs::metadata(&self.0.file).ok();
        let stamp = metadata.and_then(|file| Some((file.modified().ok()?, file.len())));
        let Ok(mut read) = self.0.read.lock() else { return Arc::default() };
        if read.0 != stamp {
            match Accounts::load(&self.0.file) {
                Ok(accounts) => *read = (stamp, Arc::new(accounts)),
                Err(error) => tracing::error!(error = format!("{error:#}"), "the accounts cannot be read"),
            }
        }
        read.1.clone()
    }

    /// Who signs in with this name and password, if anybody does.
    pub async fn sign_in(&self, id: &str, password: String) -> Option<Caller> {
        let account = self.accounts().accounts.get(id).filter(|account| !account.disabled).cloned();
        let kept = account.as_ref().map(|account| account.password.clone());
        let _permit = self.0.checks.acquire().await.ok()?;
        let check = move || fits(&password, kept.as_deref().unwrap_or(&NOBODY));
        let fits = tokio::task::spawn_blocking(check).await.ok()?;
        account.filter(|_| fits).map(|account| account.caller(id))
    }

    /// Who `id` is now, for a session that began at `begun`; nobody once the account was closed or its password changed.
    pub fn of_session(&self, id: &str, begun: Timestamp) -> Option<Caller> {
        let accounts = self.accounts();
        let account = accounts.accounts.get(id)?;
        (!account.disabled && account.changed_at <= begun).then(|| account.caller(id))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::account;
    use super::*;

    #[tokio::test]
    async fn the_newest_file_counts_without_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("staff.toml");
        let directory = Directory::of(file.clone());
        let good = || "a long password".to_owned();
        assert_eq!(directory.sign_in("m.karimi", good()).await, None);
        let mut accounts = Accounts::default();
        accounts.add("m.karimi", account("a long password")).unwrap();
        accounts.save(&file).unwrap();
        let known = directory.sign_in("m.karimi", good()).await.unwrap();
        assert_eq!((known.id.as_str(), known.province.as_str()), ("m.karimi", "fars"));
        assert_eq!(directory.sign_in("m.karimi", "another password".to_owned()).await, None);
        assert_eq!(directory.sign_in("somebody", good()).await, None);

        let begun = Timestamp::UNIX_EPOCH;
        assert_eq!(directory.of_session("m.karimi", begun), Some(known));
        std::fs::write(&file, "damaged = ").unwrap();
        assert!(directory.of_session("m.karimi", begun).is_some(), "a slip of the pen locks nobody out");
        accounts.account("m.karimi").unwrap().disabled = true;
        accounts.save(&file).unwrap();
        assert_eq!(directory.of_session("m.karimi", begun), None);
        assert_eq!(directory.sign_in("m.karimi", good()).await, None);
    }
}
