//! `POST /api/v1/contacts`: registers one contact, once per Idempotency-Key.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contracts::intake::{AwaitedFeedback, MatchedBy, SimilarCase};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::idempotency::IdempotencyKey;
use super::new_contact::{NewContact, read};
use super::problem::Problem;
use super::view::{each, moment, some, view, word};
use crate::limits::Client;
use crate::state::App;
use crate::upstream::{OnBehalf, traced};

/// What was registered.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegisteredContact {
    contact_id: String,
    /// Absent when guidance ended the contact.
    case_id: Option<String>,
    /// Ten digits to tell the citizen; absent when guidance ended the contact.
    tracking_code: Option<String>,
    /// The promised date; absent where no policy promises one.
    due_at: Option<Timestamp>,
    /// With a token: open cases of perhaps the same matter, told once; what is new may be added to one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    similar: Vec<SimilarView>,
    /// With a token: answered cases of the caller, told once; ask whether that solved the matter.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    to_ask: Vec<AwaitedView>,
}

view! {
    /// An open case of perhaps the same matter.
    SimilarView of SimilarCase {
        tracking_code: String,
        topic: String,
        registered_at: Option<Timestamp> = moment(registered_at),
        /// national_id, phone, text.
        matched_by: Vec<String> = reasons(matched_by),
        /// The same person, and the same topic or an alike text.
        likely: bool,
    }
}

view! {
    /// An answered case of which its citizen has not yet said whether that solved the matter.
    AwaitedView of AwaitedFeedback {
        tracking_code: String,
        topic: String,
        answered_at: Option<Timestamp> = moment(answered_at),
        /// Until when the citizen's word is taken.
        feedback_until: Option<Timestamp> = moment(feedback_until),
    }
}

fn reasons(matched_by: Vec<i32>) -> Vec<String> {
    let name = |by| MatchedBy::try_from(by).unwrap_or_default().as_str_name();
    matched_by.into_iter().map(|by| word(name(by), "MATCHED_BY_")).collect()
}

/// Registers a contact, in the name of the token where one is sent, else of the public. Repeating the request with the same key
/// answers the first result again.
#[utoipa::path(
    post,
    path = "/api/v1/contacts",
    params((
        "Idempotency-Key" = String, Header, min_length = 1, max_length = 128, example = "centre-12-call-4711",
        description = "Unique to this contact, also inside quotes. The same key with the same content answers the \
                       first result again; with other content: 422. Keys are kept as long as the contact is.",
    )),
    request_body = NewContact,
    responses(
        (status = 201, description = "Registered", body = RegisteredContact),
        (status = 401, description = "A token that is not taken", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Not in the token's role or scope", body = Problem, content_type = "application/problem+json"),
        (status = 400, description = "No Idempotency-Key, or no JSON: send both", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The same key is in work: repeat in a moment; or, with a token, an open case is likely of the same matter: send new_case_reason", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "More than 64 KiB", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Not application/json", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Fields that cannot be taken, or a key used before with other content", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More than one address may register: repeat after Retry-After with the same key", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
    ),
    security((), ("token" = []))
)]
pub(crate) async fn register_contact(
    State(mut app): State<App>,
    client: Client,
    on_behalf: Option<OnBehalf>,
    key: Result<IdempotencyKey, Problem>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    app.limits.register(client.0)?;
    let IdempotencyKey(key) = key?;
    let request = read(&headers, body)?.into_request(key)?;
    let request = match on_behalf {
        Some(who) => who.ask(request),
        None => traced(request),
    };
    let made = app.intake.register_contact(request).await?.into_inner();
    let due_at = contracts::optional_instant(made.due_at.as_ref())
        .map_err(|_| tonic::Status::internal("due_at is out of range"))?;
    let answer = RegisteredContact {
        contact_id: made.contact_id,
        case_id: some(made.case_id),
        tracking_code: some(made.tracking_code),
        due_at,
        similar: each(made.similar),
        to_ask: each(made.to_ask),
    };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}
