//! From the wire's action to the domain's.

use contracts::agency::ActionPublished;
use contracts::optional_instant;
use jiff::Timestamp;
use uuid::Uuid;

use super::Asked;
use crate::domain::action::Draft;
use crate::domain::journal::{Key, Submission};
use crate::domain::refusal::{Code, Refusal};

/// Longer ids are not repeated to their sender.
const ECHO_BYTES: usize = 64;

/// An action of `agency` on the referral that the subject names, if it names one.
#[must_use]
pub fn from_message(
    agency: &str,
    subject: Option<&str>,
    message: ActionPublished,
    cause: Option<Timestamp>,
) -> Asked {
    let named = match (message.referral_id.as_str(), subject) {
        ("", Some(subject)) => subject,
        (named, _) => named,
    };
    let referral = Uuid::try_parse(named).ok();
    let action = Uuid::try_parse(&message.action_id).ok();
    let elsewhere = subject.is_some_and(|subject| Uuid::try_parse(subject).ok() != referral);
    let key = Key {
        referral: referral.unwrap_or_default(),
        // An action without an id is still the same when the same words come again.
        action: action.unwrap_or_else(|| derived(format!("{message:?}").as_bytes())),
        agency: agency.to_owned(),
    };
    let draft = if action.is_none() {
        Err(Code::BadActionId.into())
    } else if elsewhere {
        Err(Code::OtherReferral.into())
    } else if referral.is_none() {
        Err(Code::UnknownReferral.into())
    } else {
        draft(&message)
    };
    let action_id = if message.action_id.len() > ECHO_BYTES { String::new() } else { message.action_id };
    Asked { submission: Submission { key, draft }, action_id, cause }
}

/// A body of `agency` that is no action, on the referral that the subject names; the field at fault, empty when it is the
/// whole.
#[must_use]
pub fn unreadable(
    agency: &str,
    subject: &str,
    body: &[u8],
    field: String,
    cause: Option<Timestamp>,
) -> Asked {
    let key = Key {
        referral: Uuid::try_parse(subject).unwrap_or_default(),
        action: derived(body),
        agency: agency.to_owned(),
    };
    let refusal = Refusal { code: Code::Unreadable, field: field.into() };
    let submission = Submission { key, draft: Err(refusal) };
    Asked { submission, action_id: String::new(), cause }
}

fn derived(body: &[u8]) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, body)
}

fn draft(message: &ActionPublished) -> Result<Draft, Refusal> {
    let acted_at =
        optional_instant(message.acted_at.as_ref()).map_err(|_| Code::Unreadable.of("acted_at"))?;
    Ok(Draft {
        kind: message.kind,
        outcome: message.outcome,
        text: message.text.clone(),
        legal_reason: message.legal_reason.clone(),
        suggested_agency: message.suggested_agency.clone(),
        acted_at,
        extension_days: message.extension_days,
    })
}
