//! Whether a commitment was kept; the first word counts.

use chassis::Caller;
use contracts::intake::{
    CommitmentOutcome, CommitmentSettled, RecordCommitmentOutcomeRequest, RecordCommitmentOutcomeResponse,
};
use contracts::timestamp;
use jiff::Timestamp;
use tonic::Status;
use uuid::Uuid;

use crate::api::desk::Desk;
use crate::api::meetings::{committed, known};
use crate::api::{bad_field, unavailable};
use crate::domain::meeting::commitment::Settled;
use crate::store::commitments;

/// Characters of a text.
const TEXT: std::ops::RangeInclusive<usize> = 5..=2_000;

pub(crate) async fn record_commitment_outcome(
    desk: &Desk,
    request: RecordCommitmentOutcomeRequest,
    caller: &Caller,
    now: Timestamp,
) -> Result<RecordCommitmentOutcomeResponse, Status> {
    let id =
        Uuid::try_parse(&request.commitment_id).map_err(|_| bad_field("commitment_id", "must be a UUID"))?;
    let outcome = request.outcome();
    if outcome == CommitmentOutcome::Unspecified {
        return Err(bad_field("outcome", "must be KEPT or BROKEN"));
    }
    let text = request.text.trim();
    if !TEXT.contains(&text.chars().count()) || text.contains('\0') {
        return Err(bad_field("text", "must have 5 to 2000 characters: what was done, or why it was not"));
    }
    let mut tx = desk.store.begin().await.map_err(unavailable)?;
    let found = commitments::locked(tx.connection(), id).await.map_err(unavailable)?;
    let (code, mut made) = found.ok_or_else(|| Status::not_found("there is no such commitment"))?;
    let province = known(&mut tx, &code, caller).await?.province;
    let settled = Settled { outcome, text: text.to_owned(), at: now };
    if made.settle(settled.clone()).map_err(Status::failed_precondition)? {
        commitments::settle(tx.connection(), id, &settled).await.map_err(unavailable)?;
        let fact = CommitmentSettled {
            commitment_id: id.to_string(),
            meeting: code,
            agency: made.agency.clone(),
            province,
            outcome: outcome.into(),
            text: settled.text,
            settled_at: Some(timestamp(now)),
        };
        tx.emit(now, &fact);
        tx.commit().await.map_err(unavailable)?;
    }
    Ok(RecordCommitmentOutcomeResponse { commitment: Some(committed(&made)) })
}
