//! Start, and a stop in two stages: tasks are asked to finish, then, after a grace, dropped.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long tasks may take to finish what they hold when asked to stop. With what their servers may take after them
/// it stays below the 10 s in which Ctrl-C has to end everything.
const GRACE: Duration = Duration::from_secs(5);

/// The life of a process or of one service in it: spawns tasks and ends them together.
/// A task that fails or panics ends all of them, and the process reports its error.
#[derive(Clone, Default)]
pub struct Life {
    soft: CancellationToken,
    hard: CancellationToken,
    tasks: TaskTracker,
    failure: Arc<Mutex<Option<anyhow::Error>>>,
}

impl Life {
    /// Asks every task to stop.
    pub fn stop(&self) {
        self.soft.cancel();
    }

    /// Resolves once a stop was asked for.
    pub async fn stopping(&self) {
        self.soft.cancelled().await;
    }

    /// Whether a stop was asked for.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.soft.is_cancelled()
    }

    /// A token that a stop cancels, for libraries that take one.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.soft.clone()
    }

    /// Runs a task of this life under a name for the error it may end with.
    pub fn spawn<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let (life, hard) = (self.clone(), self.hard.clone());
        self.tasks.spawn(async move {
            // The inner task keeps a panic from passing as a quiet end.
            let mut inner = tokio::spawn(task);
            let ended = tokio::select! {
                ended = &mut inner => ended,
                () = hard.cancelled() => { inner.abort(); return; }
            };
            match ended {
                Ok(Ok(())) => {}
                Ok(Err(error)) => life.fail(error.context(format!("{name} failed"))),
                Err(panic) => life.fail(anyhow!("{name} panicked: {panic}")),
            }
        });
    }

    fn fail(&self, error: anyhow::Error) {
        tracing::error!(error = format!("{error:#}"), "a task failed: stopping");
        if let Ok(mut failure) = self.failure.lock() {
            failure.get_or_insert(error);
        }
        self.stop();
    }

    /// Waits until a stop is asked for and every task has ended; the first task's error, if any.
    pub async fn ended(&self) -> Result<()> {
        self.stopping().await;
        self.tasks.close();
        if tokio::time::timeout(GRACE, self.tasks.wait()).await.is_err() {
            tracing::warn!(grace_s = GRACE.as_secs(), "some tasks did not finish in time: dropping them");
            self.hard.cancel();
            self.tasks.wait().await;
        }
        match self.failure.lock().ok().and_then(|mut failure| failure.take()) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// Stops on Ctrl-C and on SIGTERM.
    pub fn stop_on_signals(&self) -> Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for Ctrl-C")?;
        let life = self.clone();
        tokio::spawn(async move {
            tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
            life.stop();
        });
        Ok(())
    }
}

/// A service's whole `main`: reads `--config FILE`, starts telemetry, runs, stops on signals.
pub fn main<C, F>(service: &'static str, run: fn(C, Life) -> F) -> Result<()>
where
    C: DeserializeOwned,
    F: Future<Output = Result<()>>,
{
    let mut words = std::env::args().skip(1);
    let file = match (words.next().as_deref(), words.next()) {
        (None, _) => None,
        (Some("--config"), Some(path)) => Some(PathBuf::from(path)),
        _ => anyhow::bail!("usage: {service} [--config FILE]"),
    };
    let config = crate::load(service, file.as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let telemetry = crate::telemetry::start(service)?;
        let life = Life::default();
        life.stop_on_signals()?;
        run(config, life.clone()).await?;
        let ended = life.ended().await;
        telemetry.stop().await;
        ended
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_failing_task_stops_the_others_and_is_reported() {
        let life = Life::default();
        let waiting = life.clone();
        life.spawn("patient", async move {
            waiting.stopping().await;
            Ok(())
        });
        life.spawn("faulty", async { Err(anyhow!("no disk")) });
        let error = life.ended().await.unwrap_err();
        assert_eq!(format!("{error:#}"), "faulty failed: no disk");
    }

    #[tokio::test]
    async fn a_panic_is_a_failure() {
        let life = Life::default();
        life.spawn("faulty", async { panic!("a bug") });
        assert!(life.ended().await.is_err());
    }
}
