//! Group commit: requests that arrive one by one are committed together, each heard only after the commit.
//!
//! There are two lanes with transactions of their own: who asks for one thing never waits for who asks for thousands,
//! nor for the commit that was under way when it came.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow};
use chassis::Life;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::meters::{METERS, of};
use crate::split::halving;
use crate::{Store, Tx};

/// Most requests of one commit.
const BATCH: usize = 500;
/// Requests of a lane that may wait for the next commit; more are told to come again.
const WAITING: usize = 10_000;
/// Commits that a lane has under way at once: of single requests one gathers while the other commits.
const SINGLE_AT_ONCE: usize = 2;
const BULK_AT_ONCE: usize = 1;
/// How long the first request of an idle moment waits for company.
const LINGER: Duration = Duration::from_millis(1);

/// What a service does with a batch of requests in one transaction.
pub trait Commit: Send + Sync + 'static {
    /// What is asked.
    type Request: Send + Sync + 'static;
    /// What the caller hears; a refusal belongs in here, an `Err` means that the work failed.
    type Answer: Send + 'static;

    /// Does the batch: one answer for each request, in their order.
    fn commit(
        &self,
        tx: &mut Tx,
        requests: &[Self::Request],
    ) -> impl Future<Output = Result<Vec<Self::Answer>>> + Send;
}

/// Why a request has no answer; nothing of it was stored.
#[derive(Debug)]
pub enum Failed {
    /// Too many wait already, or the service is stopping: try again shortly.
    Busy,
    /// It could not be done; try again.
    Error(anyhow::Error),
}

type Waiting<C> = (<C as Commit>::Request, oneshot::Sender<Result<<C as Commit>::Answer, anyhow::Error>>);

/// The door to a group commit. Copies lead to the same one.
pub struct Gather<C: Commit> {
    single: mpsc::Sender<Waiting<C>>,
    bulk: mpsc::Sender<Waiting<C>>,
}

impl<C: Commit> Clone for Gather<C> {
    fn clone(&self) -> Self {
        Gather { single: self.single.clone(), bulk: self.bulk.clone() }
    }
}

impl<C: Commit> Gather<C> {
    /// Starts committing what `commit` is asked for.
    #[must_use]
    pub fn spawn(store: &Store, life: &Life, commit: C) -> Self {
        let commit = Arc::new(commit);
        let single = lane(store, life, &commit, SINGLE_AT_ONCE);
        Gather { single, bulk: lane(store, life, &commit, BULK_AT_ONCE) }
    }

    /// Asks, and waits until the answer is committed.
    pub async fn ask(&self, request: C::Request) -> Result<C::Answer, Failed> {
        let (send, answer) = oneshot::channel();
        self.single.try_send((request, send)).map_err(|_| Failed::Busy)?;
        answer.await.map_err(|_| Failed::Busy)?.map_err(Failed::Error)
    }

    /// Asks many at once, waiting for room; answers in their order.
    pub async fn ask_all(&self, requests: Vec<C::Request>) -> Vec<Result<C::Answer, Failed>> {
        let mut waiting = Vec::with_capacity(requests.len());
        for request in requests {
            let (send, answer) = oneshot::channel();
            waiting.push(self.bulk.send((request, send)).await.map(|()| answer).map_err(|_| Failed::Busy));
        }
        let mut answers = Vec::with_capacity(waiting.len());
        for answer in waiting {
            answers.push(match answer {
                Ok(answer) => match answer.await {
                    Ok(outcome) => outcome.map_err(Failed::Error),
                    Err(_) => Err(Failed::Busy),
                },
                Err(busy) => Err(busy),
            });
        }
        answers
    }
}

fn lane<C: Commit>(store: &Store, life: &Life, commit: &Arc<C>, at_once: usize) -> mpsc::Sender<Waiting<C>> {
    let (send, receive) = mpsc::channel::<Waiting<C>>(WAITING);
    let receive = Arc::new(Mutex::new(receive));
    for _ in 0..at_once {
        let (store, ending) = (store.clone(), life.clone());
        let (commit, receive) = (commit.clone(), receive.clone());
        life.spawn("group commit", async move {
            loop {
                let batch = gather(&mut *receive.lock().await, &ending).await;
                if batch.is_empty() {
                    return Ok(());
                }
                work(&store, commit.as_ref(), batch).await;
            }
        });
    }
    send
}

/// The requests of the next commit; none when life ends.
async fn gather<T>(waiting: &mut mpsc::Receiver<T>, life: &Life) -> Vec<T> {
    let first = tokio::select! {
        first = waiting.recv() => first,
        // Those that were let in before the stop still get their answer.
        () = life.stopping() => waiting.try_recv().ok(),
    };
    let mut batch = Vec::from_iter(first);
    if !batch.is_empty() && waiting.is_empty() {
        tokio::time::sleep(LINGER).await;
    }
    while !batch.is_empty()
        && batch.len() < BATCH
        && let Ok(next) = waiting.try_recv()
    {
        batch.push(next);
    }
    batch
}

async fn work<C: Commit>(store: &Store, commit: &C, batch: Vec<Waiting<C>>) {
    let (requests, callers): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
    let requests = requests.as_slice();
    let outcomes = halving(requests.len(), |range| async move {
        let began = std::time::Instant::now();
        let mut tx = store.begin().await?;
        let answers = commit.commit(&mut tx, &requests[range.clone()]).await?;
        anyhow::ensure!(
            answers.len() == range.len(),
            "{} answers for {} requests",
            answers.len(),
            range.len()
        );
        tx.commit().await?;
        METERS.requests.add(range.len() as u64, &[of(store.owner)]);
        METERS.committed(store.owner, "requests", began);
        Ok(answers)
    })
    .await;
    let mut callers = callers.into_iter();
    for (range, outcome) in outcomes {
        let callers = callers.by_ref().take(range.len());
        // A caller that went away hears nothing: what it asked is done or not, and it may ask again.
        match outcome {
            Ok(answers) => callers.zip(answers).for_each(|(caller, answer)| drop(caller.send(Ok(answer)))),
            Err(error) => callers.for_each(|caller| drop(caller.send(Err(anyhow!("{error:#}"))))),
        }
    }
}
