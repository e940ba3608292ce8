//! A contact as the caller sent it, read and checked: every fault is named, none is guessed away.

mod ending;
mod occasion;
mod public;

use contracts::intake::{Channel, Citizen, Kind, Outcome, RegisterContactRequest};
use contracts::{TimeError, optional_instant};
use jiff::{SignedDuration, Timestamp};

use crate::domain::confidentiality::read_about_manager;
use crate::domain::identity::{NationalId, read_phone};
use crate::domain::occasion::Asked;

pub use ending::{CaseKey, Ending, EntryRef};
pub use public::claimed;

/// Longest text of a contact, in characters.
pub const TEXT_MAX: usize = 4_000;
/// Longest code or reference, in characters.
const CODE_MAX: usize = 100;
/// Longest name, place or citation, in characters.
const LINE_MAX: usize = 500;
/// How far a caller's clock may run ahead of ours.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(60);

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field's path in the request.
    pub field: &'static str,
    /// What is wrong and what would be right; quotes nothing of the citizen.
    pub reason: String,
}

/// A contact that may be registered.
#[derive(Clone)]
pub struct Contact {
    /// What makes the registration repeatable.
    pub request_key: String,
    /// How it reached the centre.
    pub channel: Channel,
    /// What the citizen brings.
    pub kind: Kind,
    /// Province code.
    pub province: String,
    /// County, empty when unknown.
    pub county: String,
    /// The centre that took it.
    pub centre: String,
    /// Topic code.
    pub topic: String,
    /// The matter in the operator's words.
    pub text: String,
    /// Where the matter lies.
    pub place: String,
    /// The citizen: national id in Latin digits, telephone in E.164; fields empty where not given.
    pub citizen: Citizen,
    /// The national id, where one was given.
    pub national_id: Option<NationalId>,
    /// How it ends.
    pub ending: Ending,
    /// The programme whose policy governs the case.
    pub programme: String,
    /// A date that the programme set.
    pub target_at: Option<Timestamp>,
    /// When the citizen called, wrote or came.
    pub occurred_at: Timestamp,
    /// When the centre registered it.
    pub recorded_at: Timestamp,
    /// The number that its source gave it.
    pub source_reference: String,
    /// Entries of the guidance base that the operator was shown, in that order (rule 11).
    pub shown: Vec<EntryRef>,
    /// The PBX's id of the call it came by; empty: none.
    pub call_id: String,
    /// Why a new case, although an open one seems to be of the same matter; empty: not said.
    pub new_case_reason: String,
    /// Of whose manager it complains, an agency's code; empty: of nobody's (rule 9).
    pub about_manager: String,
    /// The occasion on which it was taken, as the caller names it.
    pub asked: Asked,
}

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, field: &'static str, reason: impl Into<String>) {
        self.0.push(Fault { field, reason: reason.into() });
    }

    fn line(&mut self, field: &'static str, text: &str, most: usize) -> String {
        let text = text.trim();
        if text.chars().count() > most {
            self.add(field, format!("has more than {most} characters"));
        }
        // PostgreSQL keeps no NUL, and a line of a letter no control characters but its breaks.
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.add(field, "holds control characters");
        }
        text.to_owned()
    }

    fn instant(
        &mut self,
        field: &'static str,
        read: Result<Option<Timestamp>, TimeError>,
    ) -> Option<Timestamp> {
        read.unwrap_or_else(|error| {
            self.add(field, error.to_string());
            None
        })
    }
}

/// Reads a request that is registered at `now`.
///
/// # Errors
/// Every fault of every field.
pub fn read(request: &RegisterContactRequest, now: Timestamp) -> Result<Contact, Vec<Fault>> {
    let mut faults = Faults::default();
    let channel = request.channel();
    if channel == Channel::Unspecified {
        faults.add("channel", "must be given");
    }
    let kind = request.kind();
    if kind == Kind::Unspecified {
        faults.add("kind", "must be given");
    }
    let ending = ending::read(request, &mut faults);
    let province = read_province(&request.province, &mut faults);
    let (citizen, national_id) = read_citizen(request, &mut faults);
    let target_at = faults.instant("target_at", optional_instant(request.target_at.as_ref()));
    let contact = Contact {
        request_key: read_key(&request.request_key, &mut faults),
        channel,
        kind,
        county: faults.line("county", &request.county, CODE_MAX),
        centre: match faults.line("centre", &request.centre, CODE_MAX) {
            centre if centre.is_empty() => province.clone(),
            centre => centre,
        },
        province,
        topic: faults.line("topic", &request.topic, CODE_MAX),
        text: faults.line("text", &request.text, TEXT_MAX),
        place: faults.line("place", &request.place, LINE_MAX),
        citizen,
        national_id,
        ending,
        programme: ending::programme(request, &mut faults),
        target_at,
        occurred_at: read_occurred(request, now, &mut faults),
        recorded_at: now,
        source_reference: faults.line("source_reference", &request.source_reference, CODE_MAX),
        shown: ending::shown(&request.guidance_shown, &mut faults),
        call_id: faults.line("call_id", &request.call_id, 128),
        new_case_reason: faults.line("new_case_reason", &request.new_case_reason, LINE_MAX),
        about_manager: read_about_manager(kind, &request.about_manager_agency)
            .map_err(|reason| faults.add("about_manager_agency", reason))
            .unwrap_or_default()
            .to_owned(),
        asked: occasion::read(request, &mut faults),
    };
    if faults.0.is_empty() { Ok(contact) } else { Err(faults.0) }
}

fn read_key(key: &str, faults: &mut Faults) -> String {
    if !(1..=128).contains(&key.chars().count()) {
        faults.add("request_key", "must have 1 to 128 characters");
    }
    if key.chars().any(char::is_control) {
        faults.add("request_key", "holds control characters");
    }
    key.to_owned()
}

/// The code is a token of subjects: lower-case letters and hyphens.
fn read_province(code: &str, faults: &mut Faults) -> String {
    if !(2..=40).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
        faults.add("province", "must be a province code: 2 to 40 lower-case letters and hyphens");
    }
    code.to_owned()
}

/// A report may come without identity (rule 9), and advice needs none; who is owed an answer must be reachable.
fn read_citizen(request: &RegisterContactRequest, faults: &mut Faults) -> (Citizen, Option<NationalId>) {
    let typed = request.citizen.clone().unwrap_or_default();
    let name = faults.line("citizen.name", &typed.name, LINE_MAX);
    let national_id = Some(typed.national_id.trim()).filter(|id| !id.is_empty()).and_then(|id| {
        NationalId::read(id).map_err(|error| faults.add("citizen.national_id", error.to_string())).ok()
    });
    let phone = match typed.phone.trim() {
        "" => String::new(),
        phone => read_phone(phone).unwrap_or_else(|error| {
            faults.add("citizen.phone", error.to_string());
            String::new()
        }),
    };
    let email = faults.line("citizen.email", &typed.email, 254);
    if !email.is_empty()
        && !email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
    {
        faults.add("citizen.email", "must be an address such as name@example.ir");
    }
    let opens_case = matches!(request.outcome(), Outcome::Register | Outcome::InactionComplaint);
    let owed_an_answer = opens_case && request.kind() != Kind::Report;
    let named = !name.is_empty() && !typed.phone.trim().is_empty();
    if owed_an_answer && typed.national_id.trim().is_empty() && !named {
        faults.add(
            "citizen",
            "must have a national id, or a name and a phone; only a report may come without identity",
        );
    }
    let digits = national_id.as_ref().map(|id| id.digits().to_owned()).unwrap_or_default();
    (Citizen { name, national_id: digits, phone, email }, national_id)
}

fn read_occurred(request: &RegisterContactRequest, now: Timestamp, faults: &mut Faults) -> Timestamp {
    let occurred_at =
        faults.instant("occurred_at", optional_instant(request.occurred_at.as_ref())).unwrap_or(now);
    if occurred_at.duration_since(now) > CLOCK_SKEW {
        faults.add("occurred_at", "lies in the future");
    }
    occurred_at.min(now)
}

#[cfg(test)]
mod tests;
