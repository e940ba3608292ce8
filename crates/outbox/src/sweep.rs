//! Work that time drives: looked for again and again, and at once when somebody asks whether all is done.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use chassis::Life;
use futures_util::future::try_join_all;
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use crate::Store;
use crate::meters::{METERS, of};

/// Questions that may wait for one look.
const ASKING: usize = 64;

/// Work that time drives. It takes no input and rereads what is due, so any number of replicas may do it.
pub trait Sweep: Send + 'static {
    /// Does what is due now, one bounded batch at most; whether there may be more.
    fn sweep(&mut self) -> impl Future<Output = Result<bool>> + Send;
}

type Asker = oneshot::Sender<Timestamp>;

/// Where the sweeps of a store are asked to look.
#[derive(Clone, Default)]
pub(crate) struct Sweeps(Arc<Mutex<Vec<mpsc::Sender<Asker>>>>);

impl Sweeps {
    fn join(&self) -> mpsc::Receiver<Asker> {
        let (ask, asked) = mpsc::channel(ASKING);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(ask);
        asked
    }

    /// Waits until every sweep has begun to look after this call and found nothing more to do: the earliest moment
    /// of these looks, none where there are no sweeps.
    pub(crate) async fn look(&self) -> Result<Option<Timestamp>> {
        let sweeps = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(try_join_all(sweeps.into_iter().map(ask)).await?.into_iter().min())
    }
}

// A function with a name: over an async closure here rustc 1.95 stumbled in incremental builds ("incremental
// compilation error with evaluate_obligation").
async fn ask(sweep: mpsc::Sender<Asker>) -> Result<Timestamp> {
    let (tell, told) = oneshot::channel();
    sweep.send(tell).await.ok().context("a sweep has ended")?;
    told.await.context("a sweep has ended")
}

impl Store {
    /// Sweeps until the life ends: without a pause while there is more, else after `wait` of the machine's time, when
    /// a held clock was moved, or when `GetFlow` asks for it.
    pub fn sweep(&self, name: &'static str, wait: Duration, mut sweep: impl Sweep, life: &Life) {
        let (mut asked, clock, ending) = (self.sweeps.join(), self.clock.clone(), life.clone());
        let owner = self.owner;
        life.spawn(name, async move {
            let mut askers: Vec<Asker> = Vec::new();
            while !ending.is_stopping() {
                while let Ok(asker) = asked.try_recv() {
                    askers.push(asker);
                }
                let moment = clock.now();
                match sweep.sweep().await {
                    Ok(true) => continue,
                    Ok(false) => {
                        for asker in askers.drain(..) {
                            // Whoever no longer waits for the answer needs none.
                            let _ = asker.send(moment);
                        }
                    }
                    Err(error) => {
                        METERS.sweeps_failed.add(1, &[of(owner)]);
                        tracing::warn!(name, error = format!("{error:#}"), "a sweep failed: trying again");
                    }
                }
                tokio::select! {
                    () = clock.pause(wait) => {}
                    asker = asked.recv() => askers.extend(asker),
                    () = ending.stopping() => {}
                }
            }
            Ok(())
        });
    }
}
