//! That a fact is in the ledger.

use contracts::FactId;
use contracts::audit::{ProveInclusionRequest, ProveInclusionResponse};

use super::{Door, Refusal};
use crate::domain::proof::Question;
use crate::store::{checkpoints, ledger, stretch};

pub async fn prove_inclusion(
    door: &Door,
    asked: ProveInclusionRequest,
) -> Result<ProveInclusionResponse, Refusal> {
    let invalid = |_| Refusal::Invalid { field: "fact_id", message: "must be a UUID" };
    let fact: FactId = asked.fact_id.parse().map_err(invalid)?;
    let mut db = door.db.acquire().await?;
    let missing = Refusal::NotFound("the fact is not in the ledger, or not yet");
    let Some(index) = ledger::index_of(&mut db, fact.0).await? else { return Err(missing) };
    let signed = checkpoints::newest(&mut db).await?.filter(|signed| signed.size > index);
    let Some(signed) = signed else {
        return Err(Refusal::NotFound("the fact is not in a signed checkpoint yet"));
    };

    let question = Question::Inclusion { size: signed.size, index };
    let tiles = ledger::tiles(&mut db, &question.tiles()?).await?;
    let hashes = question.answer(&tiles)?;
    let leaf = stretch::leaves(&mut db, index, index + 1).await?.pop().ok_or(missing)?;
    Ok(ProveInclusionResponse {
        index,
        leaf: leaf.canonical().into_bytes(),
        hashes: hashes.iter().map(|hash| hash.0.to_vec()).collect(),
        checkpoint: signed.note,
    })
}
