//! A nats-server as a child process.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::find::{Program, nats_program};
use crate::lock::lock_folder;
use crate::monitor::page;
use crate::nats_config::{Accounts, Config, config};
use crate::ports;
use crate::process::Process;

/// Recovery reads every stream's index.
const START_PATIENCE: Duration = Duration::from_secs(60);
const STOP: [(&str, Duration); 1] = [("TERM", Duration::from_secs(4))];
/// When the owner dies. JetStream's files stand a crash.
const DEATH_SIGNAL: &str = "KILL";
/// How often a start on any free port is tried again when another program was quicker to take the port.
const PORT_TRIES: usize = 5;

/// How to start a [`Nats`].
#[derive(Clone, Debug)]
pub struct NatsOptions {
    /// The folder for everything this server keeps; made when missing.
    pub data: PathBuf,
    /// The port for clients on loopback; 0 for any free one.
    pub port: u16,
    /// The port for monitoring pages on loopback; `None` for any free one.
    pub monitor_port: Option<u16>,
    /// Whom the server believes when somebody signs in. `None`: whoever comes may do everything; for tests.
    pub accounts: Option<Accounts>,
    /// Whether a confirmed message survives a crash of the machine (fsync before each confirmation).
    pub durable: bool,
}

/// A running nats-server on loopback. Dropping it kills it.
#[derive(Debug)]
pub struct Nats {
    options: NatsOptions,
    program: Program,
    port: u16,
    monitor_port: u16,
    process: Process,
}

impl Nats {
    /// Starts nats-server on the folder and waits until its streams are served.
    ///
    /// # Errors
    /// In one sentence with the remedy: not installed, port taken, folder in use, unusable or broken, malformed
    /// account; and when it would confirm messages before they are on disk though `durable` was asked for.
    pub async fn start(options: NatsOptions) -> Result<Self> {
        let program = nats_program()?;
        fs::create_dir_all(&options.data)
            .with_context(|| format!("the data folder {} cannot be used", options.data.display()))?;
        let mut tries = 1;
        loop {
            let port = ports::pick(options.port)?;
            let monitor_port = ports::pick(options.monitor_port.unwrap_or(0))?;
            match launch(&program, &options, port, monitor_port).await {
                Ok(process) => return Ok(Self { options, program, port, monitor_port, process }),
                Err(_) if tries < PORT_TRIES && lost_a_port(&options, port, monitor_port) => tries += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Where clients connect.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The port of the monitoring pages (`/varz`, `/jsz`, `/healthz`) on loopback.
    #[must_use]
    pub fn monitor_port(&self) -> u16 {
        self.monitor_port
    }

    /// The server's process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Stops in order and starts again on the same folder and ports; after [`Self::kill`], only starts.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn restart(&mut self) -> Result<()> {
        self.process.stop(&STOP).await?;
        self.process = launch(&self.program, &self.options, self.port, self.monitor_port).await?;
        Ok(())
    }

    /// Ends the server at once, as a crash would (SIGKILL).
    ///
    /// # Errors
    /// When the signal cannot be sent.
    pub async fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Kills the server, deletes every stream and consumer, and starts it empty on the same ports: the loss of a
    /// disk.
    ///
    /// # Errors
    /// When the store cannot be deleted, or as [`Self::start`].
    pub async fn wipe(&mut self) -> Result<()> {
        self.process.kill()?;
        let store = store(&self.options.data);
        if store.exists() {
            fs::remove_dir_all(&store).with_context(|| format!("{} cannot be deleted", store.display()))?;
        }
        self.process = launch(&self.program, &self.options, self.port, self.monitor_port).await?;
        Ok(())
    }

    /// Stops in order.
    ///
    /// # Errors
    /// When the server cannot be stopped.
    pub async fn stop(mut self) -> Result<()> {
        self.process.stop(&STOP).await
    }
}

/// Whether another program took a port that we chose, so that choosing again helps.
fn lost_a_port(options: &NatsOptions, port: u16, monitor_port: u16) -> bool {
    (options.port == 0 && !ports::is_free(port))
        || (options.monitor_port.is_none() && !ports::is_free(monitor_port))
}

fn store(data: &Path) -> PathBuf {
    data.join("jetstream")
}

fn write_config(program: &Program, options: &NatsOptions, port: u16, monitor_port: u16) -> Result<PathBuf> {
    let text = config(&Config {
        version: program.version,
        port,
        monitor_port,
        data: &options.data,
        durable: options.durable,
        accounts: options.accounts.as_ref(),
    })?;
    let file = options.data.join("nats.conf");
    fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(file)
}

async fn launch(program: &Program, options: &NatsOptions, port: u16, monitor_port: u16) -> Result<Process> {
    let lock = lock_folder(&options.data).await?;
    ports::require_free(port)?;
    ports::require_free(monitor_port)?;
    let file = write_config(program, options, port, monitor_port)?;
    let mut command = Command::new(&program.path);
    command.arg("-c").arg(file);
    let log = options.data.join("nats.log");
    let mut process = Process::spawn("nats-server", command, DEATH_SIGNAL, None, &log, lock)?;
    let healthy = async || page(monitor_port, "/healthz").await.is_ok_and(|health| health["status"] == "ok");
    process.wait_until_ready(START_PATIENCE, healthy).await.with_context(|| {
        format!(
            "the broker in {0} does not start: delete {0}, which is filled again from the databases",
            options.data.display()
        )
    })?;
    let jetstream = page(monitor_port, "/jsz").await?;
    ensure!(
        !options.durable || jetstream["config"]["sync_always"] == true,
        "nats-server would confirm messages before they are on disk (sync_always is off)"
    );
    Ok(process)
}
