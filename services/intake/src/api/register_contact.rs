//! One contact, registered with whoever else calls in the same moment.

use chassis::{Caller, Role, Sealer};
use contracts::intake::{RegisterContactRequest, RegisterContactResponse};
use contracts::timestamp;
use jiff::Timestamp;
use prost::Message;
use tonic::Status;

use crate::api::record_batch::{Answer, Registration};
use crate::api::same_matter::{self, Hints};
use crate::api::{Door, bad_request, not_done};
use crate::domain::contact::{self, Contact, Fault};
use crate::domain::matter::{self, Traces};
use crate::store::contacts::Kept;

/// Said of a key that came before with other content.
pub(crate) const KEY_TAKEN: &str = "this key was used for a contact with other content";

pub(crate) async fn register_contact(
    door: &Door,
    request: RegisterContactRequest,
    caller: &Caller,
    now: Timestamp,
) -> Result<RegisterContactResponse, Status> {
    let mut registration =
        registration(&door.sealer, &request, caller, now).map_err(|faults| bad_request(&faults))?;
    // The public hears of nobody's cases, nor that there are any.
    registration.looks = caller.role != Role::Service;
    match door.gather.ask(registration).await.map_err(not_done)? {
        Answer::Registered(kept, hints) => Ok(response(&kept, hints)),
        Answer::SameMatter(similar) => Err(same_matter::needs_reason(&similar)),
        Answer::Refused(fault) => Err(bad_request(&[fault])),
        Answer::KeyTaken => Err(Status::already_exists(format!("request_key: {KEY_TAKEN}"))),
    }
}

/// The request of a caller read, with the keyed hash of its content.
pub(crate) fn registration(
    sealer: &Sealer,
    request: &RegisterContactRequest,
    caller: &Caller,
    now: Timestamp,
) -> Result<Registration, Vec<Fault>> {
    if caller.role == Role::Service {
        let claimed = contact::claimed(request);
        if !claimed.is_empty() {
            return Err(claimed);
        }
    }
    let contact = contact::read(request, now)?;
    // Each byte as the character of its number: other content is other text.
    let content: String = request.encode_to_vec().into_iter().map(char::from).collect();
    Ok(registered(sealer, contact, &content))
}

/// The contact as it is registered, with the keyed hashes of its content and of whom it is from.
pub(crate) fn registered(sealer: &Sealer, contact: Contact, content: &str) -> Registration {
    let Contact { province, county, topic, text, .. } = &contact;
    let phone = Some(contact.citizen.phone.as_str()).filter(|phone| !phone.is_empty());
    let opens_case = contact.ending.opens_case();
    let traces = Traces {
        citizen_hash: contact.national_id.as_ref().map(|id| sealer.find_by(id.digits())),
        caller_hash: phone.map(|phone| sealer.find_by(phone)),
        matter: if opens_case { matter::keys(province, county, topic, text) } else { None },
    };
    Registration { digest: sealer.find_by(content), traces, looks: false, contact }
}

fn response(kept: &Kept, hints: Hints) -> RegisterContactResponse {
    let mut response = RegisterContactResponse {
        contact_id: kept.contact_id.to_string(),
        similar: same_matter::present(hints.similar),
        to_ask: same_matter::present_awaited(hints.to_ask),
        ..Default::default()
    };
    if let Some((id, code, promised_at)) = &kept.case {
        response.case_id = id.to_string();
        response.tracking_code = code.to_string();
        response.due_at = promised_at.map(timestamp);
    }
    response
}
