//! A citizen was called back about an answer: the word counts as feedback where it is the first on it (rule 8).

use chassis::Caller;
use contracts::intake::{CallbackMade, CallbackResult, FinishItemResponse, GiveFeedbackResponse};
use contracts::{CaseId, ReferralId, timestamp};
use jiff::Timestamp;
use outbox::Tx;
use tonic::Status;
use uuid::Uuid;

use crate::api::bad_field;
use crate::api::cases::{Cases, Refusal, lock, read_words};
use crate::api::desk::Desk;
use crate::api::give_feedback;
use crate::domain::callback::{self, Outcome, speaks_of};
use crate::domain::contact::{CaseKey, TEXT_MAX};
use crate::domain::feedback::Said;
use crate::store::{callbacks, work_items};

/// Finishes the call-back in this operator's hand; asked again, answers as the first time.
pub(crate) async fn finish_callback(
    desk: &Desk,
    (item_id, operator): (Uuid, &str),
    result: &CallbackResult,
    caller: &Caller,
    now: Timestamp,
) -> Result<FinishItemResponse, Status> {
    let statement = read_words("callback.statement", &result.statement, TEXT_MAX)?;
    let outcome = callback::read(result.reached, result.verdict(), statement)
        .map_err(|(field, why)| bad_field(field, why))?;
    Ok(finish(&desk.cases, (item_id, operator), &outcome, caller, now).await?)
}

async fn finish(
    cases: &Cases,
    (item_id, operator): (Uuid, &str),
    outcome: &Outcome,
    caller: &Caller,
    now: Timestamp,
) -> Result<FinishItemResponse, Refusal> {
    let mut tx = cases.store.begin().await?;
    let db = tx.connection();
    let Some(item) = work_items::finish(db, item_id, operator, (None, ""), now).await? else {
        // Asked again after the answer was lost.
        let before = callbacks::made(db, item_id, operator, outcome).await?;
        let before = before.ok_or(Refusal::NotNow("the item is not in your hand any more: take it again"))?;
        let (case_id, answer) = (CaseId(before.case_id), u32::try_from(before.answer).unwrap_or_default());
        let feedback = match answer {
            0 => None,
            answer => hear(cases, &mut tx, (case_id, caller), said(answer, outcome), now).await?,
        };
        return Ok(FinishItemResponse { feedback });
    };
    let made = callbacks::make(db, item_id, outcome).await?;
    let case_id = CaseId(made.case_id);
    tx.emit(
        now,
        &CallbackMade {
            referral_id: item_id.to_string(),
            case_id: case_id.to_string(),
            agency: made.agency,
            province: item.province,
            centre: item.centre,
            reached: outcome.reached,
            verdict: outcome.verdict.into(),
            drawn_at: Some(timestamp(item.received_at.to_jiff())),
            made_at: Some(timestamp(now)),
        },
    );
    let (case, _) = lock(&mut tx, CaseKey::Id(case_id), caller).await?;
    let mut feedback = None;
    if let Some(answer) = speaks_of(&case, ReferralId(item_id)).filter(|_| outcome.reached) {
        feedback = hear(cases, &mut tx, (case_id, caller), said(answer, outcome), now).await?;
        if feedback.is_some() {
            callbacks::counted(tx.connection(), item_id, answer).await?;
        }
    }
    tx.commit().await?;
    Ok(FinishItemResponse { feedback })
}

fn said(answer: u32, outcome: &Outcome) -> Said<'_> {
    Said { answer, verdict: outcome.verdict, statement: &outcome.statement }
}

/// What follows from the word; nothing where another word stands or the time for one is over.
async fn hear(
    cases: &Cases,
    tx: &mut Tx,
    (case_id, caller): (CaseId, &Caller),
    said: Said<'_>,
    now: Timestamp,
) -> Result<Option<GiveFeedbackResponse>, Refusal> {
    match give_feedback::hear(cases, tx, (CaseKey::Id(case_id), caller), said, now).await {
        Ok(response) => Ok(Some(response)),
        Err(Refusal::NotNow(_)) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}
