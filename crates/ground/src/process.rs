//! A child process with a log file, which ends when its owner does.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

use crate::user::User;

/// How often a child's state is looked at while waiting for it.
const POLL: Duration = Duration::from_millis(10);
/// How often it is looked at on drop before it is killed: two seconds.
const DROP_POLLS: usize = 200;
/// A log larger than this when a child starts is set aside as `<name>.old`, so that logs stay bounded.
const LOG_LIMIT_BYTES: u64 = 16 << 20;
/// How much of the log's end is read to find out why a child failed.
const LAST_WORDS_BYTES: u64 = 16 << 10;

/// A running child. Dropping it ends it with its death signal, and kills it when that takes long.
#[derive(Debug)]
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    death_signal: &'static str,
    log: PathBuf,
    /// Where this run's lines begin in the log, in bytes.
    log_start: u64,
}

impl Process {
    /// Starts `command` with its output appended to `log`.
    ///
    /// The child gets a process group of its own, so that Ctrl-C in a terminal reaches only the parent, which then
    /// stops its children in order. `lock` becomes its standard input: the folder stays locked exactly as long as
    /// the child, or a child of the child, lives, even when the parent was killed. When the parent dies without a
    /// word, the kernel sends `death_signal`.
    pub fn spawn(
        name: &'static str,
        command: Command,
        death_signal: &'static str,
        user: Option<User>,
        log: &Path,
        lock: File,
    ) -> Result<Self> {
        let file = open_log(log).with_context(|| format!("the log {} cannot be written", log.display()))?;
        let log_start = file.metadata()?.len();
        let mut command = with_death_signal(command, death_signal);
        if let Some(user) = user {
            command.uid(user.uid).gid(user.gid);
        }
        command.stdin(Stdio::from(lock)).stdout(file.try_clone()?).stderr(file).process_group(0);
        let child = spawn_from_keeper(command).with_context(|| format!("{name} cannot be started"))?;
        tracing::debug!(name, pid = child.id(), "child process started");
        Ok(Self { name, child, death_signal, log: log.to_owned(), log_start })
    }

    /// The operating system's number of the child; still answers after it has ended.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until `ready` says so. Fails with the child's last words when it ends before or takes longer than
    /// `patience`.
    pub async fn wait_until_ready(
        &mut self,
        patience: Duration,
        ready: impl AsyncFn() -> bool,
    ) -> Result<()> {
        let name = self.name;
        let wait = async {
            loop {
                if let Some(status) = self.child.try_wait()? {
                    bail!("{}", self.why_it_failed(&format!("ended ({status})")));
                }
                if ready().await {
                    return Ok(());
                }
                tokio::time::sleep(POLL).await;
            }
        };
        match tokio::time::timeout(patience, wait).await {
            Ok(outcome) => outcome,
            Err(_) => Err(anyhow!("{}", self.why_it_failed(&format!("was not ready after {patience:?}"))))
                .with_context(|| format!("{name} did not start")),
        }
    }

    /// Sends `signals` one after the other, each with its time to end in, and kills the child if none helps.
    pub async fn stop(&mut self, signals: &[(&str, Duration)]) -> Result<()> {
        for (name, patience) in signals {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            self.signal(name)?;
            if tokio::time::timeout(*patience, self.ended()).await.is_ok() {
                return Ok(());
            }
            tracing::warn!(child = self.name, signal = name, ?patience, "child process did not stop in time");
        }
        self.kill()
    }

    /// Ends the child at once (SIGKILL), as a crash would. Nothing happens when it has ended already.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// As [`Self::stop`] with the death signal, but for [`Drop`]: blocks, for a second or two at most.
    fn end_now(&mut self) -> Result<()> {
        self.signal(self.death_signal)?;
        for _ in 0..DROP_POLLS {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(POLL);
        }
        self.kill()
    }

    /// Sends the signal called `name` (as `TERM`) to the child, unless it has ended.
    pub fn signal(&mut self, name: &str) -> Result<()> {
        if self.child.try_wait()?.is_some() {
            return Ok(());
        }
        // The shell's own `kill`, since sending a signal oneself takes unsafe code and Debian's slim images have no
        // program of that name.
        let pid = self.child.id().to_string();
        let status = Command::new("/bin/sh").args(["-c", "kill -s \"$0\" \"$1\"", name, &pid]).status()?;
        if !status.success() && self.child.try_wait()?.is_none() {
            bail!("{} (pid {pid}) cannot be sent SIG{name}", self.name);
        }
        Ok(())
    }

    /// The last line of this run's log that tells of an error, or else its last line; empty when it said nothing.
    pub fn last_words(&self) -> String {
        let text = tail(&self.log, self.log_start).unwrap_or_default();
        let lines = || text.lines().rev().map(str::trim).filter(|line| !line.is_empty());
        let telling = lines().find(|line| {
            ["FATAL", "PANIC", "[FTL]", "[ERR]", "nats-server:"].iter().any(|m| line.contains(m))
        });
        telling.or_else(|| lines().next()).unwrap_or_default().to_owned()
    }

    fn why_it_failed(&self, what: &str) -> String {
        format!("{} {what}: {} (log: {})", self.name, self.last_words(), self.log.display())
    }

    async fn ended(&mut self) -> Option<ExitStatus> {
        loop {
            match self.child.try_wait() {
                Ok(None) => tokio::time::sleep(POLL).await,
                Ok(status) => return status,
                Err(_) => return None,
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Err(error) = self.end_now() {
            tracing::warn!(child = self.name, %error, "child process could not be ended");
        }
    }
}

/// Wraps the command in util-linux's `setpriv`, where there is one: asking the kernel oneself takes unsafe code.
fn with_death_signal(command: Command, signal: &str) -> Command {
    let Some(setpriv) = crate::find::on_path("setpriv") else { return command };
    let mut wrapped = Command::new(setpriv);
    wrapped.args(["--pdeathsig", signal, "--"]).arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        wrapped.current_dir(folder);
    }
    wrapped
}

/// Starts the command from a thread that lives as long as this process: the kernel sends the death signal when the
/// *thread* that started a child ends, and the threads of tests and runtimes come and go.
fn spawn_from_keeper(command: Command) -> Result<Child> {
    type Job = (Command, mpsc::Sender<std::io::Result<Child>>);
    static KEEPER: OnceLock<mpsc::Sender<Job>> = OnceLock::new();
    let keeper = KEEPER.get_or_init(|| {
        let (sender, jobs) = mpsc::channel::<Job>();
        std::thread::spawn(move || {
            for (mut command, answer) in jobs {
                // Whoever asked waits for the answer, so it cannot be gone.
                let _ = answer.send(command.spawn());
            }
        });
        sender
    });
    let (sender, answer) = mpsc::channel();
    keeper.send((command, sender)).map_err(|_| anyhow!("the thread that starts children has ended"))?;
    Ok(answer.recv()??)
}

fn open_log(path: &Path) -> std::io::Result<File> {
    if path.metadata().is_ok_and(|meta| meta.len() > LOG_LIMIT_BYTES) {
        std::fs::rename(path, path.with_extension("log.old"))?;
    }
    OpenOptions::new().create(true).append(true).open(path)
}

fn tail(path: &Path, start: u64) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let end = file.metadata()?.len();
    file.seek(SeekFrom::Start(start.max(end.saturating_sub(LAST_WORDS_BYTES))))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
