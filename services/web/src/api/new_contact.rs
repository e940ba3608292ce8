//! A contact as a program sends it, read into intake's request.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use contracts::intake::{
    Channel, Citizen, EntryVersion, GuidanceRung, Kind, Outcome, RegisterContactRequest,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::{FieldError, Problem};
use super::view::some;

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
    /// Entries of the guidance base that the operator was shown, in that order.
    #[serde(default)]
    #[schema(max_items = 20)]
    guidance_shown: Vec<ShownEntry>,
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
    /// With a token: the programme whose deadline policy governs the case; empty: the general one.
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
    /// With a token: the official's slot in which it was taken.
    #[serde(default)]
    #[schema(max_length = 36)]
    slot_id: String,
    /// The trip that it belongs to: open on its day and at its place. A call on its lines needs a token.
    #[serde(default)]
    #[schema(max_length = 60)]
    campaign: String,
    /// The public meeting of which it is a turn.
    #[serde(default)]
    #[schema(max_length = 60)]
    meeting: String,
}

/// An entry of the guidance base that was shown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShownEntry {
    #[schema(min_length = 1, max_length = 100, example = "water-outage")]
    entry: String,
    /// Absent: the version that holds now.
    #[serde(default)]
    version: u32,
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

/// The body of a request, read whole.
pub(super) fn read(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<NewContact, Problem> {
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
    /// Intake's request of this contact, under that key.
    pub fn into_request(self, request_key: String) -> Result<RegisterContactRequest, Problem> {
        let mut errors = Vec::new();
        let mut named = |field: &str, prefix: &str, value: &str, known: fn(&str) -> Option<i32>| {
            let name = format!("{prefix}_{}", value.to_ascii_uppercase());
            known(&name).filter(|number| *number > 0).unwrap_or_else(|| {
                errors
                    .push(FieldError { field: field.to_owned(), detail: format!("`{value}` is not known") });
                0
            })
        };
        let channel =
            named("channel", "CHANNEL", &self.channel, |n| Channel::from_str_name(n).map(i32::from));
        let kind = named("kind", "KIND", &self.kind, |n| Kind::from_str_name(n).map(i32::from));
        let outcome =
            named("outcome", "OUTCOME", &self.outcome, |n| Outcome::from_str_name(n).map(i32::from));
        // Advice that names no rung is the commonest: information.
        let rung = self.guidance_rung.as_deref().filter(|rung| !rung.is_empty());
        let rung = rung.or((outcome == i32::from(Outcome::Guidance)).then_some("information"));
        let guidance_rung = rung.map_or(0, |rung| {
            named("guidance_rung", "GUIDANCE_RUNG", rung, |n| GuidanceRung::from_str_name(n).map(i32::from))
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
            guidance_shown: self.guidance_shown.into_iter().map(ShownEntry::version).collect(),
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

impl ShownEntry {
    fn version(self) -> EntryVersion {
        EntryVersion { entry: self.entry, version: self.version }
    }
}
