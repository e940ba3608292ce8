//! The services in processes of their own, so that each can be killed, doubled and weighed by itself.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result};
use tokio::process::{Child, Command};
use toml::{Table, Value};

/// One service's process.
pub struct Process {
    /// Its name.
    pub service: &'static str,
    program: PathBuf,
    config: PathBuf,
    child: Child,
}

impl Process {
    /// Starts `program serve SERVICE` with a configuration kept in `folder`; `name` tells replicas apart.
    pub fn start(
        program: &Path,
        folder: &Path,
        service: &'static str,
        name: &str,
        config: &Table,
    ) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let file = folder.join(format!("{name}.toml"));
        // It holds keys and passwords.
        let mut written =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&file)?;
        written.write_all(toml::to_string(config)?.as_bytes())?;
        let child = spawn(program, service, &file)?;
        Ok(Process { service, program: program.to_owned(), config: file, child })
    }

    /// Kills it without warning (SIGKILL) and starts it again.
    pub async fn kill_and_restart(&mut self) -> Result<()> {
        self.child.kill().await?;
        self.child = spawn(&self.program, self.service, &self.config)?;
        Ok(())
    }

    /// Starts it again if it has ended by itself.
    pub fn revive(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            tracing::warn!(service = self.service, %status, "a service ended and is started again");
            self.child = spawn(&self.program, self.service, &self.config)?;
        }
        Ok(())
    }

    /// Its process id.
    ///
    /// # Errors
    /// When it has ended.
    pub fn pid(&self) -> Result<u32> {
        self.child.id().context("it has ended")
    }

    /// Ends it at once: what it held is in its database.
    pub async fn stop(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}

fn spawn(program: &Path, service: &str, config: &Path) -> Result<Child> {
    Command::new(program)
        .args(["serve", service, "--config"])
        .arg(config)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{service} cannot be started"))
}

/// A service's `[common]` table.
#[must_use]
pub fn table(common: &chassis::Common) -> Table {
    use secrecy::ExposeSecret;
    let mut table = Table::new();
    let mut set = |name: &str, value: String| table.insert(name.to_owned(), Value::String(value));
    set(
        "profile",
        if common.profile == chassis::Profile::Production { "production" } else { "rehearsal" }.to_owned(),
    );
    set("clock", common.clock.clone());
    set("grpc", common.grpc.to_string());
    set("admin", common.admin.to_string());
    set("verify_key", common.verify_key.clone());
    set("nats_url", common.nats_url.clone());
    set("postgres_url", common.postgres_url().to_owned());
    if let Some(credentials) = &common.nats_credentials {
        set("nats_credentials", credentials.expose_secret().to_owned());
    }
    Table::from_iter([("common".to_owned(), Value::Table(table))])
}
