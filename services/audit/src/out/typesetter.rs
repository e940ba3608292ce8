//! Writes reports as PDF, by a program of its own (`typeset/`): its memory, its time and its failures are not ours.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

/// The program's name.
const PROGRAM: &str = "samad-typeset";
/// Programs at once: each takes a core.
const AT_ONCE: usize = 2;
/// A report of 1,400 agencies takes some seconds.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes of a PDF at most; it travels with the JSON and the workbook in one answer.
const MAX_PDF: u64 = 8 * 1024 * 1024;
/// Bytes of what the program says when it fails.
const MAX_WORDS: u64 = 2_000;

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum NoPdf {
    /// The program is not there.
    #[error("the program samad-typeset is not installed")]
    Missing,
    /// It failed.
    #[error("the report could not be typeset")]
    Failed(#[from] anyhow::Error),
}

/// Runs the program.
#[derive(Clone)]
pub struct Typesetter {
    configured: Arc<Path>,
    turns: Arc<Semaphore>,
}

impl Typesetter {
    /// By the program at `configured`; empty: the one beside this program, or on the PATH.
    #[must_use]
    pub fn new(configured: &Path) -> Self {
        Self { configured: configured.into(), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Where the program is now: it may have been installed since the service started.
    fn program(&self) -> PathBuf {
        if !self.configured.as_os_str().is_empty() {
            return self.configured.to_path_buf();
        }
        let beside = std::env::current_exe().ok().and_then(|own| Some(own.parent()?.join(PROGRAM)));
        beside.filter(|program| program.is_file()).unwrap_or_else(|| PROGRAM.into())
    }

    /// The report of this JSON as a PDF.
    ///
    /// # Errors
    /// [`NoPdf`].
    pub async fn pdf(&self, json: &[u8]) -> Result<Vec<u8>, NoPdf> {
        let _turn = self.turns.acquire().await.context("no more reports are typeset")?;
        let started = Command::new(self.program())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let child = match started {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(NoPdf::Missing),
            Err(error) => {
                return Err(NoPdf::Failed(anyhow!(error).context("samad-typeset cannot be started")));
            }
        };
        // Dropped, and so killed, when it takes too long.
        let run = tokio::time::timeout(PATIENCE, run(child, json)).await;
        Ok(run.map_err(|_| anyhow!("samad-typeset took longer than {} s", PATIENCE.as_secs()))??)
    }
}

/// Feeds the program and reads what it writes, at the same time: neither waits for the other's pipe.
async fn run(mut child: Child, json: &[u8]) -> anyhow::Result<Vec<u8>> {
    let pipe = "a pipe of samad-typeset";
    let mut stdin = child.stdin.take().context(pipe)?;
    let (stdout, stderr) = (child.stdout.take().context(pipe)?, child.stderr.take().context(pipe)?);
    let feed = async move {
        // A program that ends early says why on its own.
        let _ = stdin.write_all(json).await;
    };
    let ((), pdf, words) = tokio::join!(feed, read(stdout, MAX_PDF + 1), read(stderr, MAX_WORDS));
    let pdf = pdf?;
    if pdf.len() as u64 > MAX_PDF {
        return Err(anyhow!("the PDF is longer than {MAX_PDF} bytes"));
    }
    let status = child.wait().await.context("samad-typeset was lost")?;
    if !status.success() {
        return Err(anyhow!("samad-typeset failed: {}", String::from_utf8_lossy(&words?).trim()));
    }
    Ok(pdf)
}

async fn read(pipe: impl AsyncRead + Unpin, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    pipe.take(most).read_to_end(&mut bytes).await?;
    Ok(bytes)
}
