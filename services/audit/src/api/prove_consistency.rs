//! That a later tree extends an earlier one.

use contracts::audit::{ProveConsistencyRequest, ProveConsistencyResponse};
use sqlx::PgConnection;
use tlog_tiles::Hash;

use super::{Door, Refusal};
use crate::domain::proof::Question;
use crate::store::ledger;

pub async fn prove_consistency(
    door: &Door,
    asked: ProveConsistencyRequest,
) -> Result<ProveConsistencyResponse, Refusal> {
    let (old, new) = (asked.old_size, asked.new_size);
    let mut db = door.db.acquire().await?;
    if new > ledger::head(&mut db).await?.size {
        return Err(Refusal::Invalid { field: "new_size", message: "is beyond the ledger" });
    }
    if old == 0 || old > new {
        return Err(Refusal::Invalid { field: "old_size", message: "must be from 1 to new_size" });
    }
    let bytes = |hashes: Vec<Hash>| hashes.iter().map(|hash| hash.0.to_vec()).collect::<Vec<_>>();
    let hashes = answer(&mut db, Question::Consistency { old, new }).await?;
    let old_root = answer(&mut db, Question::Root { size: old }).await?;
    let new_root = answer(&mut db, Question::Root { size: new }).await?;
    Ok(ProveConsistencyResponse {
        old_root: bytes(old_root).concat(),
        new_root: bytes(new_root).concat(),
        hashes: bytes(hashes),
    })
}

async fn answer(db: &mut PgConnection, question: Question) -> Result<Vec<Hash>, Refusal> {
    let tiles = ledger::tiles(db, &question.tiles()?).await?;
    Ok(question.answer(&tiles)?)
}
