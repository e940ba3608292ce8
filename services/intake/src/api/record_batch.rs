//! Registrations committed together: contacts, cases and the facts of them.

use std::collections::{BTreeMap, HashSet};

use anyhow::{Context, Result, bail};
use chassis::Sealer;
use chassis::clock::{Clock, random_u64};
use contracts::intake::{CaseRegistered, ContactPoint, ContactRecorded, GuidanceGiven};
use contracts::{CaseId, ContactId, TrackingCode, timestamp};
use jiff::tz::TimeZone;
use outbox::{Commit, Tx};
use prost::Message;

use crate::domain::contact::{Contact, Ending};
use crate::domain::policy;
use crate::store;
use crate::store::contacts::{Kept, NewCase, NewContact};

/// Of a thousand million codes one in two hundred is taken by five million cases: ten draws never all fail.
const DRAWS: usize = 10;

/// A contact to register, with the keyed hash of the request's content.
#[derive(Clone)]
pub struct Registration {
    /// What was read.
    pub contact: Contact,
    /// Tells a repeat from another contact under the same key.
    pub digest: [u8; 32],
}

/// What became of a registration.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Stored, now or before.
    Registered(Kept),
    /// The key was used for other content.
    KeyTaken,
}

/// The group commit of registrations.
pub struct RecordBatch {
    /// The deployment's clock, for ids.
    pub clock: Clock,
    /// For personal data.
    pub sealer: Sealer,
    /// Where the days of a promise are counted.
    pub zone: TimeZone,
}

impl Commit for RecordBatch {
    type Request = Registration;
    type Answer = Answer;

    async fn commit(&self, tx: &mut Tx, requests: &[Registration]) -> Result<Vec<Answer>> {
        // One of each key, in the order of keys: two replicas that store the same keys wait for each other, never crosswise.
        let mut by_key: BTreeMap<&str, &Registration> = BTreeMap::new();
        for request in requests {
            by_key.entry(&request.contact.request_key).or_insert(request);
        }
        let drafts: Vec<NewContact<'_>> = by_key.values().map(|request| self.draft(request)).collect();
        let stored = store::contacts::insert(tx.connection(), &drafts).await?;
        let (new, repeated): (Vec<_>, Vec<_>) = drafts.iter().partition(|draft| stored.contains(&draft.id));
        let cases = self.open_cases(tx, &new).await?;
        let mut kept = BTreeMap::new();
        if !repeated.is_empty() {
            let keys: Vec<&str> = repeated.iter().map(|draft| draft.contact.request_key.as_str()).collect();
            kept = store::contacts::kept(tx.connection(), &keys).await?;
        }
        for draft in new {
            let case = draft.case_id.and_then(|id| cases.get(&id).copied());
            self.state(tx, draft, case);
            let answer = Kept { digest: draft.digest.to_vec(), contact_id: draft.id, case };
            kept.insert(draft.contact.request_key.clone(), answer);
        }
        requests.iter().map(|request| answer(&kept, request)).collect()
    }
}

type Case = (CaseId, TrackingCode, Option<jiff::Timestamp>);

fn answer(kept: &BTreeMap<String, Kept>, request: &Registration) -> Result<Answer> {
    let kept =
        kept.get(&request.contact.request_key).context("a contact vanished while it was registered")?;
    Ok(if kept.digest == request.digest { Answer::Registered(kept.clone()) } else { Answer::KeyTaken })
}

impl RecordBatch {
    fn draft<'a>(&self, request: &'a Registration) -> NewContact<'a> {
        let contact = &request.contact;
        let citizen = contact.citizen.encode_to_vec();
        NewContact {
            id: ContactId(self.clock.new_id()),
            case_id: (contact.ending == Ending::Registered).then(|| CaseId(self.clock.new_id())),
            contact,
            digest: &request.digest,
            sealed_citizen: (!citizen.is_empty()).then(|| self.sealer.seal(&citizen)),
            citizen_hash: contact.national_id.as_ref().map(|id| self.sealer.find_by(id.digits())),
        }
    }

    /// Opens the cases of new contacts, each under a code of its own; by their ids.
    async fn open_cases(&self, tx: &mut Tx, contacts: &[&NewContact<'_>]) -> Result<BTreeMap<CaseId, Case>> {
        let programmes: HashSet<&str> = contacts.iter().map(|c| c.contact.programme.as_str()).collect();
        let programmes: Vec<&str> = programmes.into_iter().collect();
        let mut opened = BTreeMap::new();
        if contacts.iter().all(|contact| contact.case_id.is_none()) {
            return Ok(opened);
        }
        let policies = store::policies::of(tx.connection(), &programmes).await?;
        let new = contacts.iter().filter_map(|from| {
            let Contact { programme, target_at, recorded_at, .. } = from.contact;
            let promised_at = policy::promise(&policies, programme, *target_at, *recorded_at, &self.zone);
            Some(NewCase { id: from.case_id?, from, promised_at })
        });
        let new: Vec<NewCase<'_>> = new.collect();
        for _ in 0..DRAWS {
            let left: Vec<_> = new.iter().filter(|case| !opened.contains_key(&case.id)).collect();
            if left.is_empty() {
                return Ok(opened);
            }
            let drawn: Vec<_> =
                left.into_iter().map(|case| (case, TrackingCode::from_random(random_u64()))).collect();
            let ids = store::contacts::open(tx.connection(), &drawn).await?;
            let taken = drawn.iter().filter(|(case, _)| ids.contains(&case.id));
            opened.extend(taken.map(|(case, code)| (case.id, (case.id, *code, case.promised_at))));
        }
        if opened.len() == new.len() {
            Ok(opened)
        } else {
            bail!("no tracking code is free: {DRAWS} draws were taken")
        }
    }

    /// States what was registered.
    fn state(&self, tx: &mut Tx, draft: &NewContact<'_>, case: Option<Case>) {
        let contact = draft.contact;
        let at = contact.recorded_at;
        tx.emit(at, &contact_recorded(draft));
        if let Ending::Guidance { rung, citation } = &contact.ending {
            let given = GuidanceGiven {
                contact_id: draft.id.to_string(),
                province: contact.province.clone(),
                county: contact.county.clone(),
                topic: contact.topic.clone(),
                kind: contact.kind.into(),
                rung: (*rung).into(),
                citation: citation.clone(),
                given_at: Some(timestamp(at)),
            };
            tx.emit(at, &given);
        }
        if let Some(case) = case {
            tx.emit(at, &self.case_registered(draft, case));
        }
    }

    fn case_registered(&self, draft: &NewContact<'_>, (id, code, promised_at): Case) -> CaseRegistered {
        let contact = draft.contact;
        let point = ContactPoint {
            name: contact.citizen.name.clone(),
            phone: contact.citizen.phone.clone(),
            email: contact.citizen.email.clone(),
            language: "fa".to_owned(),
            tracking_code: code.to_string(),
        };
        CaseRegistered {
            case_id: id.to_string(),
            contact_id: draft.id.to_string(),
            province: contact.province.clone(),
            county: contact.county.clone(),
            topic: contact.topic.clone(),
            kind: contact.kind.into(),
            channel: contact.channel.into(),
            statement: contact.text.clone(),
            place: contact.place.clone(),
            sealed_contact_point: self.sealer.seal(&point.encode_to_vec()),
            programme: contact.programme.clone(),
            target_at: contact.target_at.map(timestamp),
            promised_at: promised_at.map(timestamp),
            registered_at: Some(timestamp(contact.recorded_at)),
            source_reference: contact.source_reference.clone(),
        }
    }
}

fn contact_recorded(draft: &NewContact<'_>) -> ContactRecorded {
    let contact = draft.contact;
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
    }
}
