//! The facts and the verdict that an action ends in.

use anyhow::Result;
use contracts::agency::{self, ActionVerdict};
use contracts::fault::expected;
use contracts::routing::{
    ActionRecorded, ActionRefused, AnswerHeld, DocumentsAsked, ExtensionAsked, ReferralReturned,
};
use contracts::{ActionId, timestamp};
use jiff::Timestamp;
use outbox::Tx;

use super::{ACTION, Asked};
use crate::answer;
use crate::domain::action::{Action, Kind};
use crate::domain::gate::Hold;
use crate::domain::held::Answer;
use crate::domain::journal::Verdict;
use crate::domain::referral::Referral;
use crate::domain::refusal::{Code, Refusal};
use crate::store::catalogue::Edition;

/// The reply to an action.
#[must_use]
pub fn verdict(action_id: String, verdict: &Verdict) -> ActionVerdict {
    ActionVerdict { action_id, recorded: verdict.is_ok(), refusal: verdict.as_ref().err().map(refusal_of) }
}

/// A refusal as agencies read it.
#[must_use]
pub fn refusal_of(refusal: &Refusal) -> agency::Refusal {
    let Refusal { code, field } = refusal;
    let (message, message_fa) = remedy(*code, field);
    agency::Refusal {
        code: code.word().to_owned(),
        field: field.clone().into_owned(),
        message,
        message_fa,
        retryable: code.is_retryable(),
        documentation: format!("docs/integrate/errors.md#{}", code.word()),
    }
}

/// What to do, in English and in Persian; of a field that cannot be read, what it must be.
fn remedy(code: Code, field: &str) -> (String, String) {
    match expected(ACTION, field).filter(|_| code == Code::Unreadable) {
        Some(expected) => (
            format!("{field} cannot be read: it must be {expected}. Correct it and send the action again."),
            format!("بخش {field} خوانا نیست؛ آن را درست کنید و اقدام را دوباره بفرستید."),
        ),
        None => (code.message().to_owned(), code.message_fa().to_owned()),
    }
}

/// States what an action did to its referral.
pub(super) fn recorded(
    tx: &mut Tx,
    edition: &Edition,
    asked: &Asked,
    referral: &Referral,
    action: &Action,
    at: Timestamp,
) {
    let action_id = asked.submission.key.action.to_string();
    let (referral_id, case_id) = (referral.referral_id.to_string(), referral.case_id.to_string());
    let (agency, province, round) = (referral.agency.clone(), referral.province.clone(), referral.round);
    let (text, stated_at) = (action.text.clone(), Some(timestamp(at)));
    let acted_at = Some(timestamp(action.acted_at.unwrap_or(at)));
    #[rustfmt::skip]
    match action.kind {
        Kind::Accepted | Kind::Progress => tx.emit(at, &ActionRecorded {
            action_id, referral_id, case_id, agency, province, kind: action.kind as i32, text, acted_at,
            recorded_at: stated_at,
        }),
        Kind::Answer => answer::state(tx, edition, (referral, ActionId(asked.submission.key.action)), &words(action), (at, at)),
        Kind::Returned => tx.emit(at, &ReferralReturned {
            referral_id, case_id, agency, province, round, action_id, reason: text, returned_at: stated_at,
        }),
        Kind::ExtensionAsked => tx.emit(at, &ExtensionAsked {
            action_id, referral_id, case_id, agency, province, days: action.extension_days, reason: text, acted_at,
            asked_at: stated_at,
        }),
        Kind::DocumentsAsked => tx.emit(at, &DocumentsAsked {
            action_id, referral_id, case_id, agency_name_fa: edition.name_fa(&agency), agency, province,
            documents: text, acted_at, asked_at: stated_at,
        }),
    };
}

fn words(action: &Action) -> Answer {
    Answer {
        outcome: action.outcome.map_or(0, |outcome| outcome as i32),
        text: action.text.clone(),
        legal_reason: action.legal_reason.clone(),
        acted_at: action.acted_at,
    }
}

/// States that an answer waits for a reviewer.
pub(super) fn held(tx: &mut Tx, asked: &Asked, referral: &Referral, holds: &[Hold], at: Timestamp) {
    let fact = AnswerHeld {
        referral_id: referral.referral_id.to_string(),
        case_id: referral.case_id.to_string(),
        agency: referral.agency.clone(),
        province: referral.province.clone(),
        round: referral.round,
        action_id: asked.submission.key.action.to_string(),
        reasons: holds.iter().map(|hold| *hold as i32).collect(),
        held_at: Some(timestamp(at)),
    };
    tx.emit(at, &fact);
}

/// States why an action was not taken, in the format that the agency reads.
pub(super) fn refused(
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
