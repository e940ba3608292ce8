//! The facts and the verdict that an action ends in.

use anyhow::Result;
use contracts::agency::{self, ActionVerdict};
use contracts::routing::{ActionRecorded, ActionRefused, ReferralAnswered, ReferralReturned};
use contracts::timestamp;
use jiff::Timestamp;
use outbox::Tx;

use super::Asked;
use crate::domain::action::{Action, Kind};
use crate::domain::journal::Verdict;
use crate::domain::referral::Referral;
use crate::domain::refusal::Refusal;
use crate::store::catalogue::Edition;

/// The reply to an action.
#[must_use]
pub fn verdict(action_id: String, verdict: &Verdict) -> ActionVerdict {
    ActionVerdict { action_id, recorded: verdict.is_ok(), refusal: verdict.as_ref().err().map(refusal_of) }
}

fn refusal_of(refusal: &Refusal) -> agency::Refusal {
    agency::Refusal {
        code: refusal.code.word().to_owned(),
        field: refusal.field.clone().into_owned(),
        message: refusal.code.message().to_owned(),
        message_fa: refusal.code.message_fa().to_owned(),
        retryable: refusal.code.is_retryable(),
    }
}

/// States what an action did to its referral.
pub fn recorded(tx: &mut Tx, asked: &Asked, referral: &Referral, action: &Action, at: Timestamp) {
    let action_id = asked.submission.key.action.to_string();
    let (referral_id, case_id) = (referral.referral_id.to_string(), referral.case_id.to_string());
    let (agency, province, round) = (referral.agency.clone(), referral.province.clone(), referral.round);
    let (text, acted_at) = (action.text.clone(), Some(timestamp(action.acted_at.unwrap_or(at))));
    match action.kind {
        Kind::Accepted | Kind::Progress => {
            let (kind, recorded_at) = (action.kind as i32, Some(timestamp(at)));
            let fact = ActionRecorded {
                action_id,
                referral_id,
                case_id,
                agency,
                province,
                kind,
                text,
                acted_at,
                recorded_at,
            };
            tx.emit(at, &fact);
        }
        Kind::Answer => {
            let fact = ReferralAnswered {
                referral_id,
                case_id,
                agency,
                province,
                round,
                action_id,
                outcome: action.outcome.map_or(0, |outcome| outcome as i32),
                text,
                legal_reason: action.legal_reason.clone(),
                acted_at,
                answered_at: Some(timestamp(at)),
            };
            tx.emit(at, &fact);
        }
        Kind::Returned => {
            let (reason, returned_at) = (text, Some(timestamp(at)));
            let fact = ReferralReturned {
                referral_id,
                case_id,
                agency,
                province,
                round,
                action_id,
                reason,
                returned_at,
            };
            tx.emit(at, &fact);
        }
    }
}

/// States why an action was not taken, in the format that the agency reads.
pub fn refused(
    tx: &mut Tx,
    edition: &Edition,
    asked: &Asked,
    own: Option<&Referral>,
    refusal: &Refusal,
    at: Timestamp,
) -> Result<()> {
    let key = &asked.submission.key;
    let Some(agency) = edition.catalogue.agencies.get(&key.agency) else { return Ok(()) };
    let fact = ActionRefused {
        action_id: asked.action_id.clone(),
        referral_id: if key.referral.is_nil() { String::new() } else { key.referral.to_string() },
        agency: key.agency.clone(),
        // Another agency's referral tells its sender nothing, not even its province.
        province: own.map_or(&agency.province, |referral| &referral.province).clone(),
        refusal: Some(refusal_of(refusal)),
        refused_at: Some(timestamp(at)),
    };
    tx.emit_written(at, agency.format.content_type(), &fact)?;
    Ok(())
}
