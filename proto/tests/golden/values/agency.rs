//! What agencies send and hear back: no facts of the catalogue, but spoken by programs that we do not build.

use contracts::agency::{ActionKind, ActionPublished, ActionVerdict, AnswerOutcome, Refusal};

use super::{ACTION, ANSWER, REFERRAL, at};
use crate::sample::Sample;

/// A refusal with every field.
pub fn refusal() -> Refusal {
    Refusal {
        code: "missing_text".into(),
        field: "text".into(),
        message: "text is missing: say what was done".into(),
        message_fa: "متن خالی است: بنویسید چه شده است".into(),
        retryable: true,
        documentation: "docs/integrate/errors.md#missing_text".into(),
    }
}

pub fn all() -> Vec<Sample> {
    let published = ActionPublished {
        action_id: ACTION.into(),
        referral_id: REFERRAL.into(),
        kind: ActionKind::Answer.into(),
        outcome: AnswerOutcome::NotPossible.into(),
        text: ANSWER.into(),
        legal_reason: "مادهٔ ۱۰۰ قانون شهرداری".into(),
        suggested_agency: "fars-power".into(),
        acted_at: at(90),
        extension_days: 10,
    };
    let verdict = ActionVerdict { action_id: ACTION.into(), recorded: true, refusal: Some(refusal()) };
    vec![
        Sample::message("action_published", "samad.agency.v1.ActionPublished", published),
        Sample::message("action_verdict", "samad.agency.v1.ActionVerdict", verdict),
    ]
}
