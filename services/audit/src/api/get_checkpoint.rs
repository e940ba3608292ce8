//! The newest signed checkpoint.

use contracts::audit::{GetCheckpointRequest, GetCheckpointResponse};

use super::{Door, Refusal};
use crate::store::checkpoints;

pub async fn get_checkpoint(door: &Door, _: GetCheckpointRequest) -> Result<GetCheckpointResponse, Refusal> {
    let mut db = door.db.acquire().await?;
    let signed = checkpoints::newest(&mut db).await?.ok_or(Refusal::NotFound("nothing is signed yet"))?;
    Ok(GetCheckpointResponse {
        size: signed.size,
        root: signed.root.0.to_vec(),
        note: signed.note,
        verifier_key: door.verifier_key.to_string(),
    })
}
