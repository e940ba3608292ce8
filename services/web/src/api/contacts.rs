//! `POST /api/v1/contacts`: registers one contact, once per Idempotency-Key.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contracts::intake::{
    Channel, Citizen, EntryVersion, GuidanceRung, Kind, Outcome, RegisterContactRequest,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::idempotency::IdempotencyKey;
use super::problem::{FieldError, Problem};
use crate::limits::Client;
use crate::state::App;
use crate::upstream::traced;

/// One contact as the centre, a form or a bulk source gives it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "channel": "phone", "centre": "fars", "county": "shiraz", "kind": "request", "topic": "power.streetlight",
    "text": "چراغ معبر سه شب است خاموش است.", "place": "شیراز، خیابان زند", "outcome": "register",
    "citizen": {"name": "مریم کریمی", "national_id": "0012345679", "phone": "09121234567"},
}))]
pub(crate) struct NewContact {
    /// phone, voicemail, letter, web, sms or in_person.
    #[schema(pattern = "^(phone|voicemail|letter|web|sms|in_person)$", example = "phone")]
    channel: String,
    /// Province code; absent: that of the centre.
    #[serde(default)]
    #[schema(max_length = 100, example = "fars")]
    province: String,
    /// Code of the centre that took the contact; alone it names the province, too.
    #[serde(default)]
    #[schema(max_length = 100)]
    centre: String,
    /// Code of the county where the matter lies.
    #[serde(default)]
    #[schema(max_length = 100)]
    county: String,
    /// Who asks; absent in a report without identity.
    #[serde(default)]
    citizen: Option<NewCitizen>,
    /// request, complaint, suggestion, criticism, idea or report.
    #[schema(pattern = "^(request|complaint|suggestion|criticism|idea|report)$", example = "request")]
    kind: String,
    /// Topic code.
    #[schema(min_length = 1, max_length = 100, example = "power.streetlight")]
    topic: String,
    /// The matter, at most 4,000 characters.
    #[schema(min_length = 1, max_length = 4000)]
    text: String,
    /// Where the matter lies: street, village.
    #[serde(default)]
    #[schema(max_length = 500)]
    place: String,
    /// register, guidance, inaction_complaint or add_to_case.
    #[schema(pattern = "^(register|guidance|inaction_complaint|add_to_case)$", example = "register")]
    outcome: String,
    /// With guidance: information (also when absent), beyond_capacity or unlawful.
    #[serde(default)]
    #[schema(pattern = "^(information|beyond_capacity|unlawful)$")]
    guidance_rung: Option<String>,
    /// With guidance: the circular or mission it rests on.
    #[serde(default)]
    #[schema(max_length = 500)]
    guidance_citation: String,
    /// With guidance: the entry of the guidance base that it rests on, in the version that holds now.
    #[serde(default)]
    #[schema(max_length = 60)]
    guidance_entry: String,
    /// With inaction_complaint or add_to_case: tracking code or id of the case it is about.
    #[serde(default)]
    #[schema(max_length = 36)]
    about_case: String,
    /// With inaction_complaint: one of the case's referrals; needed where several agencies hold it.
    #[serde(default)]
    #[schema(max_length = 36)]
    about_referral_id: String,
    /// The PBX's id of the call that it came by: ties it to the recording.
    #[serde(default)]
    #[schema(max_length = 128)]
    call_id: String,
    /// The programme whose deadline policy governs the case; empty: the general one.
    #[serde(default)]
    #[schema(max_length = 100)]
    programme: String,
    /// Why a new case, although an open one is likely of the same matter.
    #[serde(default)]
    #[schema(max_length = 500)]
    new_case_reason: String,
    /// With a complaint or report about an agency's manager: that agency's code. It never enters that agency's queue.
    #[serde(default)]
    #[schema(max_length = 40)]
    about_manager_agency: String,
    /// The official's slot in which it was taken.
    #[serde(default)]
    #[schema(max_length = 36)]
    slot_id: String,
    /// The trip that it belongs to: open on its day and at its place.
    #[serde(default)]
    #[schema(max_length = 60)]
    campaign: String,
    /// The public meeting of which it is a turn.
    #[serde(default)]
    #[schema(max_length = 60)]
    meeting: String,
}

/// The citizen who asks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCitizen {
    #[serde(default)]
    #[schema(max_length = 500)]
    name: String,
    /// Ten digits; the check digit is verified.
    #[serde(default)]
    #[schema(pattern = "^[0-9]{10}$", example = "0012345679")]
    national_id: String,
    /// Where notices go.
    #[serde(default)]
    #[schema(example = "09121234567")]
    phone: String,
}

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
}

/// Registers a contact. Repeating the request with the same key answers the first result again.
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
        (status = 400, description = "No Idempotency-Key, or no JSON: send both", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The same key is in work: repeat in a moment; or an open case is likely of the same matter: send new_case_reason", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "More than 64 KiB", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Not application/json", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Fields that cannot be taken, or a key used before with other content", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "More than one address may register: repeat after Retry-After with the same key", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn register_contact(
    State(mut app): State<App>,
    client: Client,
    key: Result<IdempotencyKey, Problem>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    app.limits.register(client.0)?;
    let IdempotencyKey(key) = key?;
    let request = read(&headers, body)?.into_request(key)?;
    let made = app.intake.register_contact(traced(request)).await?.into_inner();
    let due_at = contracts::optional_instant(made.due_at.as_ref())
        .map_err(|_| tonic::Status::internal("due_at is out of range"))?;
    let answer = RegisteredContact {
        contact_id: made.contact_id,
        case_id: some(made.case_id),
        tracking_code: some(made.tracking_code),
        due_at,
    };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

fn read(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<NewContact, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        return Err(Problem::refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body must be application/json.",
        ));
    }
    let body = body.map_err(|refused| match refused.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::refused(StatusCode::PAYLOAD_TOO_LARGE, "The body may have at most 64 KiB.")
        }
        _ => Problem::bad_request("The body did not arrive whole."),
    })?;
    serde_json::from_slice(&body).map_err(|error| {
        if error.is_data() {
            Problem::invalid_fields(vec![FieldError { field: String::new(), detail: error.to_string() }])
        } else {
            Problem::bad_request(format!("The body is not JSON: {error}"))
        }
    })
}

impl NewContact {
    fn into_request(self, request_key: String) -> Result<RegisterContactRequest, Problem> {
        let mut errors = Vec::new();
        let mut word = |field: &str, prefix: &str, value: &str, known: fn(&str) -> Option<i32>| {
            let name = format!("{prefix}_{}", value.to_ascii_uppercase());
            known(&name).filter(|number| *number > 0).unwrap_or_else(|| {
                errors
                    .push(FieldError { field: field.to_owned(), detail: format!("`{value}` is not known") });
                0
            })
        };
        let channel = word("channel", "CHANNEL", &self.channel, |n| Channel::from_str_name(n).map(i32::from));
        let kind = word("kind", "KIND", &self.kind, |n| Kind::from_str_name(n).map(i32::from));
        let outcome = word("outcome", "OUTCOME", &self.outcome, |n| Outcome::from_str_name(n).map(i32::from));
        // Advice that names no rung is the commonest: information.
        let rung = self.guidance_rung.as_deref().filter(|rung| !rung.is_empty());
        let rung = rung.or((outcome == i32::from(Outcome::Guidance)).then_some("information"));
        let guidance_rung = rung.map_or(0, |rung| {
            word("guidance_rung", "GUIDANCE_RUNG", rung, |n| GuidanceRung::from_str_name(n).map(i32::from))
        });
        if !errors.is_empty() {
            return Err(Problem::invalid_fields(errors));
        }
        let province = if self.province.is_empty() { self.centre.clone() } else { self.province };
        Ok(RegisterContactRequest {
            request_key,
            channel,
            province,
            county: self.county,
            centre: self.centre,
            citizen: self.citizen.map(|citizen| Citizen {
                name: citizen.name,
                national_id: citizen.national_id,
                phone: citizen.phone,
                ..Citizen::default()
            }),
            kind,
            topic: self.topic,
            text: self.text,
            place: self.place,
            outcome,
            guidance_rung,
            guidance_citation: self.guidance_citation,
            guidance_entry: some(self.guidance_entry).map(|entry| EntryVersion { entry, version: 0 }),
            about_case: self.about_case,
            about_referral_id: self.about_referral_id,
            call_id: self.call_id,
            programme: self.programme,
            new_case_reason: self.new_case_reason,
            about_manager_agency: self.about_manager_agency,
            slot_id: self.slot_id,
            campaign: self.campaign,
            meeting: self.meeting,
            ..RegisterContactRequest::default()
        })
    }
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
