//! `POST /api/v1/agency/referrals/{referral_id}/actions`: what the agency of the token says of a referral.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use contracts::agency::{ActionKind, ActionPublished, AnswerOutcome, Refusal};
use contracts::routing::HandInActionRequest;
use contracts::timestamp;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::NotShown;
use super::agency_referrals::OfAgency;
use crate::api::idempotency::IdempotencyKey;
use crate::api::problem::{Cause, FieldError, Problem};
use crate::api::sent::Sent;
use crate::state::App;

/// What an agency may say it did.
const KINDS: [(&str, ActionKind); 6] = [
    ("accepted", ActionKind::Accepted),
    ("progress", ActionKind::Progress),
    ("answer", ActionKind::Answer),
    ("returned", ActionKind::Returned),
    ("extension_asked", ActionKind::ExtensionAsked),
    ("documents_asked", ActionKind::DocumentsAsked),
];
/// What may have come of it.
const OUTCOMES: [(&str, AnswerOutcome); 3] = [
    ("done", AnswerOutcome::Done),
    ("partly_done", AnswerOutcome::PartlyDone),
    ("not_possible", AnswerOutcome::NotPossible),
];

/// What was done on a referral.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "answer", "outcome": "done", "text": "نشت گاز برطرف شد."}))]
pub(crate) struct NewAction {
    /// accepted, progress, answer, returned, extension_asked or documents_asked.
    #[schema(pattern = "^(accepted|progress|answer|returned|extension_asked|documents_asked)$")]
    kind: String,
    /// With answer: done, partly_done or not_possible.
    #[serde(default)]
    #[schema(pattern = "^(done|partly_done|not_possible)$")]
    outcome: String,
    /// For the citizen to read: what was done, why it is returned or delayed, which documents; needed but with accepted.
    #[serde(default)]
    #[schema(max_length = 4000)]
    text: String,
    /// With not_possible: the law or rule that forbids it.
    #[serde(default)]
    #[schema(max_length = 1000)]
    legal_reason: String,
    /// With returned: whose it is, where the agency knows.
    #[serde(default)]
    #[schema(max_length = 40)]
    suggested_agency: String,
    /// With extension_asked: how many days more.
    #[serde(default)]
    extension_days: u32,
    /// When the agency acted, by its own record.
    acted_at: Option<Timestamp>,
}

/// What was recorded.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordedAction {
    action_id: String,
}

/// Records one action. Repeating the request with the same key answers the first result again.
#[utoipa::path(
    post,
    path = "/api/v1/agency/referrals/{referral_id}/actions",
    params(
        ("referral_id" = String, Path, description = "As the referral gave it"),
        (
            "Idempotency-Key" = String, Header, min_length = 1, max_length = 128, example = "order-4711-closed",
            description = "Unique to this action of the agency, also inside quotes. The same key with the same content \
                           answers the first result again, also while that is still in work; with other content: 422.",
        ),
    ),
    request_body = NewAction,
    responses(
        (status = 201, description = "Recorded", body = RecordedAction),
        (status = 400, description = "No Idempotency-Key", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The referral cannot take it: `code` and `detail` say why and what to do", body = Problem, content_type = "application/problem+json"),
        NotShown,
    ),
    security(("token" = []))
)]
pub(crate) async fn hand_in_action(
    State(app): State<App>,
    OfAgency { agency, on_behalf }: OfAgency,
    Path(referral_id): Path<String>,
    IdempotencyKey(request_key): IdempotencyKey,
    Sent(action): Sent<NewAction>,
) -> Result<Response, Problem> {
    let action = Some(action.into_message(referral_id)?);
    let request = HandInActionRequest { agency, request_key, action };
    let made = app.agencies.clone().hand_in_action(on_behalf.ask(request)).await?.into_inner();
    let verdict = made.verdict.unwrap_or_default();
    if let Some(refusal) = verdict.refusal {
        return Err(refused(refusal));
    }
    let recorded = RecordedAction { action_id: verdict.action_id };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(recorded)).into_response())
}

impl NewAction {
    fn into_message(self, referral_id: String) -> Result<ActionPublished, Problem> {
        let kind = KINDS.iter().find(|(word, _)| *word == self.kind).map(|(_, kind)| *kind);
        let outcome = match self.outcome.as_str() {
            "" => Some(AnswerOutcome::Unspecified),
            word => OUTCOMES.iter().find(|(known, _)| *known == word).map(|(_, outcome)| *outcome),
        };
        let (kinds, outcomes) = (KINDS.map(|(word, _)| word), OUTCOMES.map(|(word, _)| word));
        Ok(ActionPublished {
            action_id: String::new(),
            referral_id,
            kind: kind.ok_or_else(|| Problem::unknown_word("kind", &self.kind, &kinds))?.into(),
            outcome: outcome
                .ok_or_else(|| Problem::unknown_word("outcome", &self.outcome, &outcomes))?
                .into(),
            text: self.text,
            legal_reason: self.legal_reason,
            suggested_agency: self.suggested_agency,
            acted_at: self.acted_at.map(timestamp),
            extension_days: self.extension_days,
        })
    }
}

/// A refusal of routing: what the action lacks can be mended, what the referral is cannot.
fn refused(refusal: Refusal) -> Problem {
    let Refusal { code, field, message, message_fa, documentation, retryable } = refusal;
    if retryable {
        return Problem::busy();
    }
    let status = match code.as_str() {
        "unknown_referral" => return Problem::not_found(message),
        "not_yours" | "unknown_agency" => StatusCode::FORBIDDEN,
        _ if matches!(field.as_str(), "" | "referral_id") || code == "ruled_by_arbiter" => {
            StatusCode::CONFLICT
        }
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let cause = Cause { code, message_fa, documentation };
    Problem::of_action(status, cause, FieldError { field, detail: message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_whether_the_action_or_the_referral_is_at_fault() {
        let status = |code: &str, field: &str, retryable| {
            let message = "the remedy".to_owned();
            let (code, field) = (code.to_owned(), field.to_owned());
            let problem = refused(Refusal { code, field, message, retryable, ..Default::default() });
            let code = problem.cause.map(|cause| cause.code).unwrap_or_default();
            (problem.status, code, problem.errors.first().map(|error| error.field.clone()))
        };
        let (none, of) = (String::new(), |field: &str| Some(field.to_owned()));
        assert_eq!(status("missing_text", "text", false), (422, "missing_text".into(), of("text")));
        assert_eq!(
            status("already_answered", "referral_id", false),
            (409, "already_answered".into(), of("referral_id"))
        );
        assert_eq!(status("ruled_by_arbiter", "kind", false).0, 409);
        assert_eq!(status("not_yours", "referral_id", false).0, 403);
        assert_eq!(status("unknown_referral", "referral_id", false), (404, none.clone(), None));
        assert_eq!(status("try_again", "", true), (503, none, None));
    }

    #[test]
    fn what_is_wrong_is_said_in_two_languages_with_what_is_right() {
        let refusal = Refusal {
            code: "missing_text".to_owned(),
            field: "text".to_owned(),
            message: "say what was done".to_owned(),
            message_fa: "بنویسید چه شد".to_owned(),
            documentation: "docs/integrate/errors.md#missing_text".to_owned(),
            retryable: false,
        };
        let said = serde_json::to_value(refused(refusal)).unwrap();
        assert_eq!((&said["code"], &said["message_fa"]), (&"missing_text".into(), &"بنویسید چه شد".into()));
        assert_eq!(said["documentation"], "docs/integrate/errors.md#missing_text");
        let action: NewAction = serde_json::from_str(r#"{"kind": "Answer", "acted_at": null}"#).unwrap();
        let said = serde_json::to_value(action.into_message(String::new()).err().unwrap()).unwrap();
        let detail = said["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains("accepted, progress, answer"), "{detail}");
        assert!(said.get("code").is_none(), "{said}");
    }
}
