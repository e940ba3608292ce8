//! A PostgreSQL cluster on disk: made once, then opened at every start.

use std::fs::{self, File, Permissions};
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::find::{Program, postgres_program};
use crate::postgres_settings::settings;
use crate::user::{User, data_folder};

/// The role that owns the cluster.
pub(crate) const SUPERUSER: &str = "samad";
/// PostgreSQL's own limit on names is 63 bytes; longer ones it would cut silently.
const NAME_LIMIT_BYTES: usize = 63;
/// In MiB. Every commit waits while a new segment of the log is filled with zeros; a young database makes one after
/// the other, and PostgreSQL's own 16 MiB can take a tenth of a second.
const WAL_SEGMENT: &str = "--wal-segsize=4";
/// Entropy of a generated password.
const PASSWORD_BYTES: usize = 24;

/// Layout of the data folder: `cluster/` (PGDATA), `passwords/<role>` (mode 0600), `postgres.log`, `lock`.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub data: PathBuf,
    pub durable: bool,
    pub user: Option<User>,
    bin: PathBuf,
}

impl Cluster {
    /// Settles where the data is and which PostgreSQL serves it; makes the folder, not yet the cluster.
    pub fn at(wished: &Path, durable: bool) -> Result<Self> {
        let user = User::for_postgres()?;
        let data = data_folder(wished, user)?;
        let unusable = || format!("the data folder {} cannot be used", data.display());
        fs::create_dir_all(&data).with_context(unusable)?;
        fs::set_permissions(&data, Permissions::from_mode(0o700)).with_context(unusable)?;
        give(&data, user)?;
        let major = fs::read_to_string(data.join("cluster/PG_VERSION")).ok();
        let Program { path: bin, .. } = postgres_program(major.and_then(|text| text.trim().parse().ok()))?;
        Ok(Self { data, durable, user, bin })
    }

    pub fn log(&self) -> PathBuf {
        self.data.join("postgres.log")
    }

    /// Makes the cluster unless it is there, writes the settings and returns the command that serves it. The folder
    /// must be locked.
    pub async fn prepare(&self, port: u16) -> Result<Command> {
        let cluster = self.data.join("cluster");
        if !cluster.exists() {
            self.init(&cluster).await?;
        }
        remove_stale_pid(&cluster.join("postmaster.pid"))?;
        let file = cluster.join("postgresql.conf");
        fs::write(&file, settings(port, self.durable))
            .with_context(|| format!("{} cannot be written: is the data folder broken?", file.display()))?;
        give(&file, self.user)?;
        let mut command = Command::new(self.bin.join("postgres"));
        command.arg("-D").arg(&cluster).current_dir(&self.data);
        Ok(command)
    }

    /// `initdb` beside the final place and a rename, so that a half-made cluster is never taken for a whole one.
    async fn init(&self, cluster: &Path) -> Result<()> {
        let unfinished = self.data.join("cluster.new");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished)?;
        }
        let mut command = Command::new(self.bin.join("initdb"));
        command.args(["--username", SUPERUSER, "--encoding=UTF8", "--locale=C.UTF-8", WAL_SEGMENT, "-D"]);
        command.arg(&unfinished);
        if self.durable {
            self.make_password(SUPERUSER)?;
            command.arg("--auth=scram-sha-256").arg("--pwfile").arg(self.password_file(SUPERUSER));
        } else {
            command.args(["--auth=trust", "--no-sync"]);
        }
        let mut command = tokio::process::Command::from(command);
        if let Some(user) = self.user {
            command.uid(user.uid).gid(user.gid);
        }
        command.current_dir(&self.data).stdin(Stdio::null()).kill_on_drop(true);
        let output = command.output().await.context("initdb cannot be started")?;
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr);
            bail!("no PostgreSQL cluster could be made in {}: {}", self.data.display(), complaint.trim());
        }
        fs::rename(&unfinished, cluster)?;
        Ok(())
    }

    /// The password of a role; `None` where none was made (test clusters trust loopback).
    pub fn password(&self, role: &str) -> Option<String> {
        fs::read_to_string(self.password_file(role)).ok()
    }

    /// Makes a password for the role unless it has one; nothing in a test cluster.
    pub fn make_password(&self, role: &str) -> Result<()> {
        let file = self.password_file(role);
        if !self.durable || file.exists() {
            return Ok(());
        }
        let folder = self.data.join("passwords");
        fs::create_dir_all(&folder)?;
        fs::set_permissions(&folder, Permissions::from_mode(0o700))?;
        give(&folder, self.user)?;
        let unfinished = file.with_extension("new");
        File::create(&unfinished)?;
        fs::set_permissions(&unfinished, Permissions::from_mode(0o600))?;
        give(&unfinished, self.user)?;
        fs::write(&unfinished, random_hex(PASSWORD_BYTES)?)?;
        fs::rename(&unfinished, &file)?;
        Ok(())
    }

    fn password_file(&self, role: &str) -> PathBuf {
        self.data.join("passwords").join(role)
    }
}

/// Refuses names that would need quoting or escaping, in SQL or as a file's name.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    ensure!(
        plain && name.starts_with(|c: char| c.is_ascii_lowercase()) && name.len() <= NAME_LIMIT_BYTES,
        "{name:?} cannot name a database: up to {NAME_LIMIT_BYTES} small Latin letters, digits and _, a letter first"
    );
    Ok(())
}

/// `bytes` random bytes of the kernel, in hexadecimal. (Not of `chassis::clock`: these are secrets and names of this
/// machine, which no rehearsal should repeat.)
pub(crate) fn random_hex(bytes: usize) -> Result<String> {
    let mut buffer = vec![0; bytes];
    File::open("/dev/urandom")?.read_exact(&mut buffer)?;
    Ok(buffer.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// After a crash the file names a process that is gone, or by now another program, before which PostgreSQL would
/// shy away.
fn remove_stale_pid(file: &Path) -> Result<()> {
    let Ok(text) = fs::read_to_string(file) else { return Ok(()) };
    let pid = text.lines().next().unwrap_or_default().trim().to_owned();
    // Empty also for a process that has ended but that nobody has asked after.
    let arguments = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let program = arguments.split('\0').next().unwrap_or_default();
    if !program.ends_with("postgres") {
        fs::remove_file(file)?;
    }
    Ok(())
}

fn give(path: &Path, user: Option<User>) -> Result<()> {
    let Some(user) = user else { return Ok(()) };
    chown(path, Some(user.uid), Some(user.gid))
        .with_context(|| format!("{} cannot be given to the user postgres", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_need_quoting_are_refused() {
        for good in ["intake", "a1_b", "test_intake_0af3"] {
            check_name(good).unwrap();
        }
        for bad in ["", "1a", "a-b", "A", "a\"b", "a b", "../x", "ا", &"a".repeat(64)] {
            check_name(bad).unwrap_err();
        }
    }

    #[test]
    fn passwords_differ() {
        assert_ne!(random_hex(PASSWORD_BYTES).unwrap(), random_hex(PASSWORD_BYTES).unwrap());
    }
}
