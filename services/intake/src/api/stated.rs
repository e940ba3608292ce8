//! The facts of a registration.

use chassis::Sealer;
use contracts::intake::{
    CaseAmended, CaseRegistered, Citizen, ContactPoint, ContactRecorded, GuidanceGiven, InactionComplained,
};
use contracts::{CaseId, timestamp};
use outbox::Tx;
use prost::Message;

use crate::domain::contact::Ending;
use crate::domain::ladder::Rung;
use crate::domain::redact::redact;
use crate::store::contacts::NewContact;

/// A case that was opened: its id, its code and what the citizen is told.
pub(crate) type Case = (CaseId, contracts::TrackingCode, Option<jiff::Timestamp>);

/// States what was registered; `first` told of the confidential case that a contact adds to.
pub(crate) fn state(
    tx: &mut Tx,
    sealer: &Sealer,
    draft: &NewContact<'_>,
    rung: &Rung<'_>,
    case: Option<Case>,
    first: &Citizen,
) {
    let at = draft.contact.recorded_at;
    tx.emit(at, &contact_recorded(draft, rung));
    match (&draft.contact.ending, case) {
        (Ending::Guidance { .. }, _) => {
            tx.emit(at, &guidance_given(draft, rung));
        }
        (Ending::Addition { .. }, _) => {
            tx.emit(at, &case_amended(draft, rung, first));
        }
        (Ending::Registered | Ending::InactionComplaint { .. }, Some(case)) => {
            tx.emit(at, &case_registered(sealer, draft, rung, case));
        }
        (Ending::Registered | Ending::InactionComplaint { .. }, None) => {}
    }
    if let (Some(complained), Some((case_id, ..))) = (inaction_complained(draft, rung), case) {
        tx.emit(at, &InactionComplained { case_id: case_id.to_string(), ..complained });
    }
}

fn contact_recorded(draft: &NewContact<'_>, rung: &Rung<'_>) -> ContactRecorded {
    let contact = draft.contact;
    let slot = rung.occasion.slot;
    ContactRecorded {
        contact_id: draft.id.to_string(),
        case_id: draft.case_id.map(|id| id.to_string()).unwrap_or_default(),
        province: contact.province.clone(),
        county: contact.county.clone(),
        centre: contact.centre.clone(),
        channel: contact.channel.into(),
        kind: contact.kind.into(),
        topic: contact.topic.clone(),
        occurred_at: Some(timestamp(contact.occurred_at)),
        recorded_at: Some(timestamp(contact.recorded_at)),
        slot_id: slot.map(|slot| slot.slot_id.to_string()).unwrap_or_default(),
        official: slot.map(|slot| slot.planned.official.code.clone()).unwrap_or_default(),
        campaign: contact.asked.campaign.clone(),
        meeting: contact.asked.meeting.clone(),
    }
}

fn guidance_given(draft: &NewContact<'_>, stood: &Rung<'_>) -> GuidanceGiven {
    let contact = draft.contact;
    let mut given = GuidanceGiven {
        contact_id: draft.id.to_string(),
        province: contact.province.clone(),
        county: contact.county.clone(),
        topic: contact.topic.clone(),
        kind: contact.kind.into(),
        given_at: Some(timestamp(contact.recorded_at)),
        lawful_way: stood.lawful_way.to_owned(),
        ..GuidanceGiven::default()
    };
    if let Ending::Guidance { rung, citation, .. } = &contact.ending {
        given.rung = (*rung).into();
        given.citation.clone_from(citation);
    }
    if let Some(cited) = stood.cited {
        (given.entry, given.entry_version) = (cited.entry.clone(), cited.version);
        if given.citation.is_empty() {
            given.citation.clone_from(&cited.quoted);
        }
    }
    given
}

fn case_amended(draft: &NewContact<'_>, rung: &Rung<'_>, first: &Citizen) -> CaseAmended {
    let contact = draft.contact;
    CaseAmended {
        case_id: rung.about.map(|about| about.case_id.to_string()).unwrap_or_default(),
        contact_id: draft.id.to_string(),
        province: contact.province.clone(),
        county: contact.county.clone(),
        topic: contact.topic.clone(),
        statement: told(draft, &contact.text, &[&first.name]),
        amended_at: Some(timestamp(contact.recorded_at)),
    }
}

fn case_registered(
    sealer: &Sealer,
    draft: &NewContact<'_>,
    rung: &Rung<'_>,
    (id, code, promised_at): Case,
) -> CaseRegistered {
    let contact = draft.contact;
    let point = ContactPoint {
        name: contact.citizen.name.clone(),
        phone: contact.citizen.phone.clone(),
        email: contact.citizen.email.clone(),
        language: "fa".to_owned(),
        tracking_code: code.to_string(),
    };
    let complaint = inaction_complained(draft, rung).unwrap_or_default();
    CaseRegistered {
        case_id: id.to_string(),
        contact_id: draft.id.to_string(),
        province: contact.province.clone(),
        county: contact.county.clone(),
        topic: contact.topic.clone(),
        kind: contact.kind.into(),
        channel: contact.channel.into(),
        statement: told(draft, &contact.text, &[]),
        place: told(draft, &contact.place, &[]),
        sealed_contact_point: sealer.seal(&point.encode_to_vec()),
        programme: draft.programme.to_owned(),
        target_at: contact.target_at.map(timestamp),
        promised_at: promised_at.map(timestamp),
        registered_at: Some(timestamp(contact.recorded_at)),
        // The number of a letter leads to who wrote it (rule 9).
        source_reference: if draft.confidential { String::new() } else { contact.source_reference.clone() },
        about_case_id: complaint.about_case_id,
        about_referral_id: complaint.about_referral_id,
        about_agency: complaint.agency,
        about_manager_agency: draft.about_manager.clone(),
        confidential: draft.confidential,
    }
}

/// A text as agencies may read it: of a confidential case without what tells who says so, or who `others` are (rule 9).
fn told(draft: &NewContact<'_>, text: &str, others: &[&str]) -> String {
    if !draft.confidential {
        return text.to_owned();
    }
    redact(text, &[&[draft.contact.citizen.name.as_str()], others].concat())
}

/// What is complained of (rule 3), without the case that the complaint opens; none for other contacts.
fn inaction_complained(draft: &NewContact<'_>, rung: &Rung<'_>) -> Option<InactionComplained> {
    let (about, referral) = (rung.about?, rung.referral?);
    Some(InactionComplained {
        case_id: String::new(),
        contact_id: draft.id.to_string(),
        about_case_id: about.case_id.to_string(),
        about_referral_id: referral.referral_id.to_string(),
        agency: referral.agency.clone(),
        province: draft.contact.province.clone(),
        was_due_at: referral.due_at.map(timestamp),
        complained_at: Some(timestamp(draft.contact.recorded_at)),
    })
}
