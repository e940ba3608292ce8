//! Registrations committed together: contacts, cases and the facts of them.

use std::collections::{BTreeMap, HashSet};

use anyhow::{Result, bail};
use chassis::Sealer;
use chassis::clock::{Clock, random_u64};
use contracts::intake::Citizen;
use contracts::{CaseId, ContactId, TrackingCode};
use jalali::Tehran;
use outbox::{Commit, Tx};
use prost::Message;

use crate::api::same_matter::{self, Hints, HintsByKey};
use crate::api::stated::{self, Case};
use crate::domain::contact::{Contact, Fault};
use crate::domain::desk::governing;
use crate::domain::identity::NationalId;
use crate::domain::ladder::{Known, Rung, complained_already, stand};
use crate::domain::matter::{Similar, Traces, needs_reason};
use crate::domain::policy::{self, Asked};
use crate::domain::rules::Rules;
use crate::store;
use crate::store::contacts::{Kept, NewCase, NewContact};
use crate::store::ladder::Note;
use crate::store::rules::RuleBook;

/// Of a thousand million codes one in two hundred is taken by five million cases: ten draws never all fail.
const DRAWS: usize = 10;

/// A contact to register.
#[derive(Clone)]
pub struct Registration {
    /// What was read.
    pub contact: Contact,
    /// Keyed hash of the request's content: tells a repeat from another contact under the same key.
    pub digest: [u8; 32],
    /// By what open cases of the same matter are found.
    pub traces: Traces,
    /// Somebody waits who can be told of them, and can ask the caller.
    pub looks: bool,
}

/// What became of a registration.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Stored, now or before; what the operator is told beside it, once.
    Registered(Kept, Hints),
    /// These are likely of the same matter: a new case needs a reason.
    SameMatter(Vec<Similar>),
    /// The key was used for other content.
    KeyTaken,
    /// It may not stand on its rung of the ladder (rule 3): what is missing.
    Refused(Fault),
}

/// The group commit of registrations.
#[derive(Clone)]
pub struct RecordBatch {
    /// The deployment's clock, for ids.
    pub clock: Clock,
    /// For personal data.
    pub sealer: Sealer,
    /// Where the days of a promise are counted.
    pub tehran: Tehran,
    /// What is decided by.
    pub book: RuleBook,
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
        let contacts: Vec<&Contact> = by_key.values().map(|request| &request.contact).collect();
        let look = same_matter::look(tx, by_key.values().copied()).await?;
        let rules = self.book.of(look.rules_version, tx.connection()).await?;
        let known = store::ladder::known(tx.connection(), &contacts, &rules).await?;
        let mut hints = look.hints(&known.policies);
        let (standing, refused) = stand_all(by_key, &known, &hints);
        let Stored { mut kept, repeated } = self.store(tx, standing, &rules).await?;
        repeated.iter().for_each(|key| drop(hints.remove(key.as_str())));
        // What was taken once stays taken, also where it would be refused by now.
        let asked_before = repeated.iter().map(String::as_str).chain(refused.keys().copied());
        let asked_before: Vec<&str> = asked_before.collect();
        if !asked_before.is_empty() {
            kept.extend(store::contacts::kept(tx.connection(), &asked_before).await?);
        }
        requests.iter().map(|request| answer(&kept, &refused, &hints, request)).collect()
    }
}

/// A contact that may stand on its rung, with what that rests on.
pub(crate) type Standing<'a> = (&'a Registration, Rung<'a>);

/// What became of contacts that were stored.
pub(crate) struct Stored {
    /// What each new one is answered, by its key.
    pub kept: BTreeMap<String, Kept>,
    /// Keys that were there before.
    pub repeated: Vec<String>,
}

fn answer(
    kept: &BTreeMap<String, Kept>,
    refused: &BTreeMap<&str, Answer>,
    hints: &HintsByKey<'_>,
    request: &Registration,
) -> Result<Answer> {
    let key = request.contact.request_key.as_str();
    match (kept.get(key), refused.get(key)) {
        (Some(kept), _) if kept.digest == request.digest => {
            Ok(Answer::Registered(kept.clone(), hints.get(key).cloned().unwrap_or_default()))
        }
        (Some(_), _) => Ok(Answer::KeyTaken),
        (None, Some(refused)) => Ok(refused.clone()),
        (None, None) => bail!("a contact vanished while it was registered"),
    }
}

/// The case that a contact adds to.
fn added_to(draft: &NewContact<'_>, rung: &Rung<'_>) -> Option<Case> {
    let about = rung.about.filter(|about| draft.case_id == Some(about.case_id))?;
    Some((about.case_id, about.tracking_code.parse().ok()?, about.promised_at))
}

/// Those that may stand on their rung, and by their keys what those hear that may not.
fn stand_all<'a>(
    by_key: BTreeMap<&'a str, &'a Registration>,
    known: &'a Known,
    hints: &HintsByKey<'a>,
) -> (Vec<Standing<'a>>, BTreeMap<&'a str, Answer>) {
    let (mut standing, mut refused) = (Vec::with_capacity(by_key.len()), BTreeMap::new());
    let mut complained = HashSet::new();
    for (key, request) in by_key {
        let contact = &request.contact;
        let policy = || governing(&known.policies, &contact.province, contact.recorded_at);
        let similar = hints.get(key).map(|hints| hints.similar.as_slice()).unwrap_or_default();
        match stand(contact, known, contact.recorded_at) {
            Ok(Rung { referral: Some(of), .. }) if !complained.insert(of.referral_id) => {
                refused.insert(key, Answer::Refused(complained_already()));
            }
            Ok(_) if !similar.is_empty() && needs_reason(similar, &contact.new_case_reason, &policy()) => {
                refused.insert(key, Answer::SameMatter(similar.to_vec()));
            }
            Ok(rung) => standing.push((request, rung)),
            Err(fault) => drop(refused.insert(key, Answer::Refused(fault))),
        }
    }
    (standing, refused)
}

impl RecordBatch {
    /// Stores contacts, opens their cases and states both.
    pub(crate) async fn store(
        &self,
        tx: &mut Tx,
        standing: Vec<Standing<'_>>,
        rules: &Rules,
    ) -> Result<Stored> {
        let drafts: Vec<NewContact<'_>> =
            standing.iter().map(|(request, rung)| self.draft(request, rung)).collect();
        let stored = store::contacts::insert(tx.connection(), &drafts).await?;
        let rungs = standing.iter().map(|(_, rung)| rung);
        let new: Vec<_> = drafts.iter().zip(rungs).filter(|(draft, _)| stored.contains(&draft.id)).collect();
        let cases = self.open_cases(tx, &new, rules).await?;
        self.keep_notes(tx, &new, &cases).await?;
        let repeated = drafts.iter().filter(|draft| !stored.contains(&draft.id));
        let repeated = repeated.map(|draft| draft.contact.request_key.clone()).collect();
        let mut kept = BTreeMap::new();
        for (draft, rung) in new {
            let opened = draft.case_id.and_then(|id| cases.get(&id).copied());
            let (first, _) = self.open(rung.about.and_then(|about| about.sealed_citizen.as_deref()))?;
            stated::state(tx, &self.sealer, draft, rung, opened, &first);
            let case = opened.or_else(|| added_to(draft, rung));
            let answer = Kept { digest: draft.digest.to_vec(), contact_id: draft.id, case };
            kept.insert(draft.contact.request_key.clone(), answer);
        }
        Ok(Stored { kept, repeated })
    }

    /// The citizen whose contact was sealed, with the national id read again; nobody where it came without identity.
    pub(crate) fn open(&self, sealed: Option<&[u8]>) -> Result<(Citizen, Option<NationalId>)> {
        let Some(sealed) = sealed else { return Ok(Default::default()) };
        let citizen = Citizen::decode(self.sealer.open(sealed)?.as_slice())?;
        let national_id = NationalId::read(&citizen.national_id).ok();
        Ok((citizen, national_id))
    }

    fn draft<'a>(&self, request: &'a Registration, rung: &Rung<'a>) -> NewContact<'a> {
        let contact = &request.contact;
        let citizen = contact.citizen.encode_to_vec();
        let case_id = if contact.ending.opens_case() {
            Some(CaseId(self.clock.new_id()))
        } else {
            rung.about.map(|about| about.case_id)
        };
        NewContact {
            id: ContactId(self.clock.new_id()),
            case_id,
            contact,
            programme: rung.occasion.programme(contact),
            digest: &request.digest,
            sealed_citizen: (!citizen.is_empty()).then(|| self.sealer.seal(&citizen)),
            traces: &request.traces,
            confidential: rung.is_confidential(contact),
            about_manager: rung.about_manager(contact).to_owned(),
        }
    }

    async fn keep_notes(
        &self,
        tx: &mut Tx,
        new: &[(&NewContact<'_>, &Rung<'_>)],
        cases: &BTreeMap<CaseId, Case>,
    ) -> Result<()> {
        let opened = |draft: &NewContact<'_>| draft.case_id.filter(|id| cases.contains_key(id));
        let notes = new.iter().map(|(draft, rung)| Note {
            contact_id: draft.id,
            opened: opened(draft),
            contact: draft.contact,
            rung,
        });
        let notes: Vec<Note<'_>> = notes.collect();
        let occasions: Vec<_> =
            new.iter().map(|(draft, rung)| (draft.id, draft.contact, rung.occasion)).collect();
        store::occasions::keep(tx.connection(), &occasions).await?;
        Ok(store::ladder::keep(tx.connection(), &notes).await?)
    }

    /// Opens the cases of new contacts, each under a code of its own; by their ids.
    async fn open_cases(
        &self,
        tx: &mut Tx,
        contacts: &[(&NewContact<'_>, &Rung<'_>)],
        rules: &Rules,
    ) -> Result<BTreeMap<CaseId, Case>> {
        let contacts =
            contacts.iter().map(|(draft, _)| *draft).filter(|draft| draft.contact.ending.opens_case());
        let contacts: Vec<&NewContact<'_>> = contacts.collect();
        let mut opened = BTreeMap::new();
        if contacts.is_empty() {
            return Ok(opened);
        }
        let new = contacts.into_iter().filter_map(|from| {
            let Contact { province, target_at, recorded_at, .. } = from.contact;
            let asked =
                Asked { province, programme: from.programme, target_at: *target_at, at: *recorded_at };
            let promised_at = policy::promise(&rules.deadlines, &rules.days_off, &asked, &self.tehran);
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
}
