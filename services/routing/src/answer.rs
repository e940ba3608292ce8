//! States an answer that counts, and whether it is drawn for a call-back.

use contracts::routing::{CallbackDrawn, ReferralAnswered};
use contracts::{ActionId, FactId, timestamp};
use jiff::Timestamp;
use outbox::Tx;

use crate::domain::callback::is_drawn;
use crate::domain::held::Answer;
use crate::domain::referral::Referral;
use crate::store::catalogue::Edition;

/// States, at `at`, an answer that was given at `answered_at`; the fact's id.
pub fn state(
    tx: &mut Tx,
    edition: &Edition,
    (referral, action_id): (&Referral, ActionId),
    answer: &Answer,
    (answered_at, at): (Timestamp, Timestamp),
) -> FactId {
    let (referral_id, case_id) = (referral.referral_id.to_string(), referral.case_id.to_string());
    let (agency, province) = (referral.agency.clone(), referral.province.clone());
    let fact = ReferralAnswered {
        referral_id: referral_id.clone(),
        case_id: case_id.clone(),
        agency: agency.clone(),
        province: province.clone(),
        round: referral.round,
        action_id: action_id.to_string(),
        outcome: answer.outcome,
        text: answer.text.clone(),
        legal_reason: answer.legal_reason.clone(),
        acted_at: Some(timestamp(answer.acted_at.unwrap_or(answered_at))),
        answered_at: Some(timestamp(answered_at)),
    };
    let id = tx.emit(at, &fact);
    let policy = edition.policies.governing(&referral.programme, at);
    if is_drawn(&edition.pseudonym_key, referral.referral_id, policy.callback_per_mille) {
        let (action_id, drawn_at) = (action_id.to_string(), Some(timestamp(at)));
        tx.emit(at, &CallbackDrawn { referral_id, case_id, agency, province, action_id, drawn_at });
    }
    id
}
