//! The adapter's process, where the runner starts it: with everything that it starts itself, so that a kill reaches
//! all of it.

use std::fs::File;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::process::{Child, Command};

/// See the module.
pub struct Adapter {
    command: String,
    log: PathBuf,
    running: Option<Child>,
}

impl Adapter {
    /// Not started yet; what it prints goes to `log`.
    #[must_use]
    pub fn new(command: String, log: PathBuf) -> Self {
        Adapter { command, log, running: None }
    }

    /// Starts it.
    ///
    /// # Errors
    /// When there is no shell or the log cannot be written.
    pub fn start(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(&self.log);
        let log = log.with_context(|| format!("{} cannot be written", self.log.display()))?;
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &self.command]).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        // A group of its own: a signal to it reaches what the shell started, too.
        command.process_group(0);
        self.running = Some(command.spawn().context("--restart-command cannot be started")?);
        Ok(())
    }

    /// Whether it ended by itself.
    ///
    /// # Errors
    /// With its log, when it did.
    pub fn stands(&mut self) -> Result<()> {
        let Some(running) = &mut self.running else { return Ok(()) };
        let ended = running.try_wait()?;
        ensure!(
            ended.is_none(),
            "the adapter that --restart-command started has ended by itself: see {}",
            self.log.display()
        );
        Ok(())
    }

    /// Sends the signal (as `KILL`) and waits for its end.
    ///
    /// # Errors
    /// When it does not end in `patience`; then it is killed.
    pub async fn end(&mut self, signal: &str, patience: Duration) -> Result<()> {
        let Some(mut running) = self.running.take() else { return Ok(()) };
        let Some(group) = running.id() else { return Ok(()) };
        send(signal, group).await?;
        let ended = tokio::time::timeout(patience, running.wait()).await;
        // What the shell started and left behind.
        send("KILL", group).await?;
        match ended {
            Ok(ended) => ended.map(drop).context("the adapter's process is lost"),
            Err(_) => bail!("it did not end in {} s after SIG{signal}", patience.as_secs()),
        }
    }
}

/// Sends a signal to a group of processes; nothing happens where it has ended. The shell's own `kill`: Debian's slim
/// images have no program of that name.
async fn send(signal: &str, group: u32) -> Result<()> {
    let mut kill = Command::new("/bin/sh");
    kill.args(["-c", "kill -s \"$0\" -- \"-$1\"", signal, &group.to_string()]).stderr(Stdio::null());
    kill.status().await?;
    Ok(())
}

impl Drop for Adapter {
    fn drop(&mut self) {
        if let Some(group) = self.running.as_ref().and_then(Child::id) {
            let mut kill = std::process::Command::new("/bin/sh");
            // It may have ended meanwhile.
            let _ = kill.args(["-c", "kill -s KILL -- \"-$0\"", &group.to_string()]).status();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);
    const LOOK_EVERY: Duration = Duration::from_millis(25);

    #[tokio::test]
    async fn it_is_started_ended_with_all_that_it_started_and_started_again() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut adapter = Adapter::new("echo begun; sleep 60 & wait".to_owned(), log.clone());
        for (signal, begun) in [("TERM", 1), ("KILL", 2)] {
            adapter.start().unwrap();
            while std::fs::read_to_string(&log).unwrap().lines().count() < begun {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            adapter.stands().unwrap();
            adapter.end(signal, PATIENCE).await.unwrap();
        }
        adapter.end("TERM", PATIENCE).await.unwrap();
    }

    #[tokio::test]
    async fn one_that_ends_by_itself_is_named_with_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let mut adapter = Adapter::new("exit 3".to_owned(), folder.path().join("log"));
        adapter.start().unwrap();
        let error = loop {
            match adapter.stands() {
                Ok(()) => tokio::time::sleep(LOOK_EVERY).await,
                Err(error) => break error.to_string(),
            }
        };
        assert!(error.contains("log"), "{error}");
    }
}
