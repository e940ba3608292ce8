//! The citizen's documents came: the agency goes on, and its clock with it.

use contracts::routing::{DocumentsReceived, RecordDocumentsRequest, RecordDocumentsResponse};
use contracts::timestamp;

use super::{Call, Door, REASON_CHARACTERS, Refusal, id, text};
use crate::domain::documents::{Came, Standing};
use crate::store;

pub(super) async fn record_documents(
    door: &Door,
    request: RecordDocumentsRequest,
    call: &Call,
) -> Result<RecordDocumentsResponse, Refusal> {
    let (referral, action) = (id("referral_id", &request.referral_id)?, id("action_id", &request.action_id)?);
    let note = text("note", &request.note, REASON_CHARACTERS)?;
    let recorded_by = text("recorded_by", &call.caller.signs(&request.recorded_by), REASON_CHARACTERS)?;
    let received_at = door.moment(call);
    let mut tx = door.store.begin().await?;
    let referral = store::referrals::lock(tx.connection(), &[referral]).await?.pop();
    let mut referral = referral.ok_or(Refusal::NotFound("no such referral"))?;
    call.caller.for_province(&referral.province)?;
    let known = store::documents::load(tx.connection(), referral.referral_id.0, action).await?;
    let known = known.ok_or(Refusal::NotFound("no documents were asked for by this action"))?;
    match known.standing(referral.state) {
        Standing::Now => {}
        Standing::Before(at) => return Ok(RecordDocumentsResponse { received_at: Some(timestamp(at)) }),
        Standing::Ended => return Err(Refusal::Decided("the referral has ended: it needs no documents")),
    }
    let (asked, came) = (known.asked, Came { received_at, note, recorded_by });
    store::documents::receive(tx.connection(), &asked, &came).await?;
    referral.documents_open = false;
    store::referrals::save(tx.connection(), &[&referral]).await?;
    let edition = door.catalogues.current(tx.connection()).await?;
    let fact = DocumentsReceived {
        action_id: asked.action_id.to_string(),
        referral_id: asked.referral_id.to_string(),
        case_id: asked.case_id.to_string(),
        agency: asked.agency.clone(),
        province: asked.province,
        note: came.note,
        recorded_by: came.recorded_by,
        asked_at: Some(timestamp(asked.asked_at)),
        received_at: Some(timestamp(received_at)),
    };
    tx.emit_written(received_at, edition.content_type(&asked.agency), &fact)?;
    tx.commit().await?;
    Ok(RecordDocumentsResponse { received_at: Some(timestamp(received_at)) })
}
