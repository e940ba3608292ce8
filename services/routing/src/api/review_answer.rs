//! A reviewer lets a held answer count, or gives it back to the agency: once.

use contracts::routing::{ActionRefused, AnswerRejected, ReviewAnswerRequest, ReviewAnswerResponse};
use contracts::timestamp;
use jiff::Timestamp;
use outbox::Tx;

use super::{Call, Door, REASON_CHARACTERS, Refusal, id, text};
use crate::domain::held::{Held, Review, Standing, standing};
use crate::domain::referral::{Referral, State};
use crate::domain::refusal::Code;
use crate::record::refusal_of;
use crate::store::catalogue::Edition;
use crate::{answer, store};

pub(super) async fn review_answer(
    door: &Door,
    request: ReviewAnswerRequest,
    call: &Call,
) -> Result<ReviewAnswerResponse, Refusal> {
    let (referral, action) = (id("referral_id", &request.referral_id)?, id("action_id", &request.action_id)?);
    let reason = match request.reason.trim() {
        "" if request.pass => String::new(),
        reason => text("reason", reason, REASON_CHARACTERS)?,
    };
    let reviewed_by = text("reviewed_by", &call.caller.signs(&request.reviewed_by), REASON_CHARACTERS)?;
    let at = door.moment(call);
    let mut tx = door.store.begin().await?;
    let referral = store::referrals::lock(tx.connection(), &[referral]).await?.pop();
    let mut referral = referral.ok_or(Refusal::NotFound("no such referral"))?;
    call.caller.for_province(&referral.province)?;
    let known = store::held_answers::load(tx.connection(), referral.referral_id.0, action).await?;
    let (held, words, earlier) = known.ok_or(Refusal::NotFound("this answer was never held"))?;
    match standing(earlier, request.pass) {
        Standing::Before(review) => return Ok(response(review)),
        Standing::Otherwise => return Err(Refusal::Decided("it was reviewed otherwise already")),
        Standing::First if referral.state != State::Held => {
            return Err(Refusal::Decided("the citizen withdrew the case"));
        }
        Standing::First => {}
    }
    let review = Review { passed: request.pass, reviewed_at: at };
    store::held_answers::review(tx.connection(), &held, review, (&reason, &reviewed_by)).await?;
    referral.state = if request.pass { State::Answered } else { State::Accepted };
    store::referrals::save(tx.connection(), &[&referral]).await?;
    let edition = door.catalogues.current(tx.connection()).await?;
    if request.pass {
        answer::state(&mut tx, &edition, (&referral, held.action_id), &words, (held.held_at, at));
    } else {
        give_back(&mut tx, &edition, (&referral, &held), (reason, reviewed_by), at)?;
    }
    tx.commit().await?;
    Ok(response(review))
}

fn response(review: Review) -> ReviewAnswerResponse {
    ReviewAnswerResponse { passed: review.passed, reviewed_at: Some(timestamp(review.reviewed_at)) }
}

/// The agency hears of it as of any action that is not taken, with the reviewer's reason.
fn give_back(
    tx: &mut Tx,
    edition: &Edition,
    (referral, held): (&Referral, &Held),
    (reason, reviewed_by): (String, String),
    at: Timestamp,
) -> anyhow::Result<()> {
    let (referral_id, action_id) = (held.referral_id.to_string(), held.action_id.to_string());
    let mut refusal = refusal_of(&Code::AnswerRejected.into());
    refusal.message = format!("{} The reason: {reason}", refusal.message);
    refusal.message_fa = format!("{} دلیل: {reason}", refusal.message_fa);
    let refused = ActionRefused {
        action_id: action_id.clone(),
        referral_id: referral_id.clone(),
        agency: held.agency.clone(),
        province: held.province.clone(),
        refusal: Some(refusal),
        refused_at: Some(timestamp(at)),
    };
    let rejected = AnswerRejected {
        referral_id,
        case_id: held.case_id.to_string(),
        agency: held.agency.clone(),
        province: held.province.clone(),
        round: referral.round,
        action_id,
        reason,
        reviewed_by,
        held_at: Some(timestamp(held.held_at)),
        rejected_at: Some(timestamp(at)),
    };
    tx.emit(at, &rejected);
    tx.emit_written(at, edition.content_type(&held.agency), &refused)?;
    Ok(())
}
