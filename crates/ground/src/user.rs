//! Who PostgreSQL runs as, and where that user may keep data.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Where clusters live whose wished folder the `postgres` user cannot reach.
const FALLBACK: &str = "/var/lib/samad";
const ROOT: u32 = 0;

/// A user to run a child as instead of ourselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub uid: u32,
    pub gid: u32,
}

impl User {
    /// The user to start PostgreSQL as: it refuses to run as root, so root becomes `postgres`; anyone else stays
    /// who they are (`None`).
    ///
    /// # Errors
    /// When we are root and there is no user `postgres`.
    pub fn for_postgres() -> Result<Option<Self>> {
        if fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() != ROOT) {
            return Ok(None);
        }
        let accounts = fs::read_to_string("/etc/passwd").context("/etc/passwd cannot be read")?;
        let user = find_account(&accounts, "postgres");
        user.map(Some).context(
            "PostgreSQL does not run as root and there is no user postgres: install it with `apt-get install postgresql`",
        )
    }

    /// Whether this user can get to `path`: every folder above it that exists lets them through.
    fn reaches(self, path: &Path) -> bool {
        path.ancestors().skip(1).filter_map(|folder| fs::metadata(folder).ok()).all(|meta| {
            let bit = match () {
                () if meta.uid() == self.uid => 0o100,
                () if meta.gid() == self.gid => 0o010,
                () => 0o001,
            };
            meta.mode() & bit != 0
        })
    }
}

/// Where the data wished for at `wished` goes: there, or below [`FALLBACK`] when `user` cannot reach it.
pub(crate) fn data_folder(wished: &Path, user: Option<User>) -> Result<PathBuf> {
    let wished =
        std::path::absolute(wished).with_context(|| format!("{} is not a usable path", wished.display()))?;
    match user {
        Some(user) if !user.reaches(&wished) => {
            let folder =
                Path::new(FALLBACK).join(format!("{:016x}", fnv1a(wished.as_os_str().as_encoded_bytes())));
            tracing::warn!(
                wished = %wished.display(), used = %folder.display(),
                "the user postgres cannot reach the data folder, so the database is kept elsewhere"
            );
            Ok(folder)
        }
        _ => Ok(wished),
    }
}

fn find_account(accounts: &str, name: &str) -> Option<User> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then_some(())?;
        let mut numbers = fields.skip(1).map(str::parse);
        Some(User { uid: numbers.next()?.ok()?, gid: numbers.next()?.ok()? })
    })
}

/// FNV-1a, 64 bits: unlike the standard library's hash it is the same in every version, so that the folder is found
/// again.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let accounts =
            "root:x:0:0::/root:/bin/sh\npostgresql:x:7:8::/:/x\npostgres:x:101:104:PG:/var:/bin/sh\n";
        assert_eq!(find_account(accounts, "postgres"), Some(User { uid: 101, gid: 104 }));
        assert_eq!(find_account(accounts, "post"), None);
    }

    #[test]
    fn a_closed_folder_above_sends_the_data_elsewhere() {
        let closed = tempfile::tempdir().unwrap();
        fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = User { uid: 64_321, gid: 64_321 };
        let wished = closed.path().join("postgres");
        let folder = data_folder(&wished, Some(stranger)).unwrap();
        assert!(folder.starts_with(FALLBACK), "{}", folder.display());
        assert_eq!(folder, data_folder(&wished, Some(stranger)).unwrap());

        fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o711)).unwrap();
        assert_eq!(data_folder(&wished, Some(stranger)).unwrap(), wished);
        assert_eq!(data_folder(&wished, None).unwrap(), wished);
    }
}
