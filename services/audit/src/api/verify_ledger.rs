//! Recomputes the whole ledger, a chunk at a time.

use contracts::audit::{Fault, Verification, VerifyLedgerResponse};
use tokio::sync::mpsc::{self, Sender};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::{Door, Refusal};
use crate::domain::verify::{CHUNK_LEAVES, Chunk, MAX_FAULTS, Verdict, Verifier};
use crate::store::{checkpoints, ledger, stretch};

/// As the contract says.
const PROGRESS_LEAVES: u64 = 10_000;
/// Messages that wait for a slow caller; then the verification waits too.
const WAITING: usize = 4;
/// Rows and checkpoints beyond the tree that are looked at: no more can be named.
const BEYOND: i64 = MAX_FAULTS as i64;

type Progress = Sender<Result<VerifyLedgerResponse, Status>>;

pub fn verify_ledger(door: &Door) -> Result<ReceiverStream<Result<VerifyLedgerResponse, Status>>, Refusal> {
    let busy = |_| Refusal::Busy("enough verifications are running: try again later");
    let permit = door.verifications.clone().try_acquire_owned().map_err(busy)?;
    let (progress, answers) = mpsc::channel(WAITING);
    let door = door.clone();
    tokio::spawn(async move {
        if let Err(refusal) = verify(&door, &progress).await {
            // A caller who has gone needs no answer.
            let _ = progress.send(Err(refusal.into())).await;
        }
        drop(permit);
    });
    Ok(ReceiverStream::new(answers))
}

async fn verify(door: &Door, progress: &Progress) -> Result<(), Refusal> {
    let mut db = door.db.acquire().await?;
    let head = ledger::head(&mut db).await?;
    let mut verifier = Verifier::new(head.size, head.root, door.verifier_key.to_string());
    while verifier.next_leaf() < head.size {
        let first = verifier.next_leaf();
        let end = head.size.min(first + CHUNK_LEAVES);
        let chunk = Chunk {
            rows: stretch::rows(&mut db, first, end).await?,
            tiles: ledger::tiles(&mut db, &verifier.next_tiles()).await?,
            checkpoints: checkpoints::between(&mut db, first, end, CHUNK_LEAVES as i64).await?,
        };
        verifier.chunk(chunk);
        let checked = verifier.next_leaf();
        let news = VerifyLedgerResponse { checked, size: head.size, result: None };
        if first / PROGRESS_LEAVES != checked / PROGRESS_LEAVES && progress.send(Ok(news)).await.is_err() {
            return Ok(());
        }
    }
    beyond(&mut db, head.size, &mut verifier).await?;
    let result = Some(verification(verifier.finish()));
    // A caller who has gone needs no answer.
    let _ = progress.send(Ok(VerifyLedgerResponse { checked: head.size, size: head.size, result })).await;
    Ok(())
}

/// What is stored beyond the tree's size: rows that were never recorded, checkpoints of a longer tree.
async fn beyond(db: &mut sqlx::PgConnection, size: u64, verifier: &mut Verifier) -> Result<(), Refusal> {
    verifier.beyond(&stretch::rows_beyond(db, BEYOND).await?);
    // The tree may have grown, and been signed, since the verification began: that is no fault.
    let now = ledger::head(db).await?.size.max(size);
    for signed in checkpoints::between(db, now, u64::MAX, BEYOND).await? {
        verifier.cut_short(&signed);
    }
    Ok(())
}

fn verification(verdict: Verdict) -> Verification {
    let fault = |fault: crate::domain::verify::Fault| Fault {
        kind: fault.kind.name().to_owned(),
        index: fault.index,
        fact_id: fault.fact_id.map(|id| id.to_string()).unwrap_or_default(),
        message: fault.message,
    };
    Verification {
        size: verdict.size,
        root: verdict.root.0.to_vec(),
        ok: verdict.faults.is_empty(),
        faults: verdict.faults.into_iter().map(fault).collect(),
    }
}
