//! What solved nothing again becomes an inaction complaint about each agency that answered (rules 6 and 8).

use std::collections::BTreeMap;

use contracts::ReferralId;
use contracts::intake::Kind;
use outbox::Tx;

use crate::api::cases::Cases;
use crate::api::record_batch::Registration;
use crate::api::register_contact::registered;
use crate::domain::case_file::CaseFile;
use crate::domain::contact::{CaseKey, Contact, Ending};
use crate::domain::feedback::Feedback;
use crate::domain::ladder::Rung;
use crate::domain::occasion::Asked;
use crate::domain::programme::INACTION;
use crate::store::{self, contacts::Kept};

/// Said where the citizen used no words.
const NO_WORDS: &str = "شهروند: پاسخ دستگاه مشکل را حل نکرده است.";

/// Registers the complaints; their tracking codes.
pub(crate) async fn complain(
    cases: &Cases,
    tx: &mut Tx,
    case: &CaseFile,
    feedback: &Feedback,
) -> anyhow::Result<Vec<String>> {
    let first = store::contacts::first_of(tx.connection(), case.id).await?;
    let citizen = cases.batch.open(first.sealed_citizen.as_deref())?;
    let text = if feedback.statement.is_empty() { NO_WORDS } else { &feedback.statement };
    let complaint = |(key, referral)| {
        let contact = Contact {
            asked: Asked::default(),
            request_key: key,
            channel: first.channel,
            kind: Kind::Complaint,
            province: case.province.clone(),
            county: case.county.clone(),
            centre: first.centre.clone(),
            topic: case.topic.clone(),
            text: text.to_owned(),
            place: first.place.clone(),
            national_id: citizen.1.clone(),
            citizen: citizen.0.clone(),
            ending: Ending::InactionComplaint { about: CaseKey::Id(case.id), referral: Some(referral) },
            programme: INACTION.to_owned(),
            target_at: None,
            occurred_at: feedback.said_at,
            recorded_at: feedback.said_at,
            source_reference: String::new(),
            shown: Vec::new(),
            call_id: String::new(),
            new_case_reason: String::new(),
            about_manager: case.about_manager.clone(),
        };
        registered(&cases.batch.sealer, contact, &feedback.statement)
    };
    let complaints: Vec<Registration> = keys(case, feedback).into_iter().map(complaint).collect();
    let contacts: Vec<&Contact> = complaints.iter().map(|complaint| &complaint.contact).collect();
    let rules = cases.batch.book.current(tx.connection()).await?;
    let known = store::ladder::known(tx.connection(), &contacts, &rules).await?;
    let rungs = complaints.iter().filter_map(|complaint| {
        let Ending::InactionComplaint { referral, .. } = complaint.contact.ending else { return None };
        let about = known.about.first()?;
        // Whoever complained of it while it was overdue has a complaint already.
        let mut open = about.referrals.iter().filter(|(_, complained)| !complained);
        let (referral, _) = open.find(|(known, _)| Some(known.referral_id) == referral)?;
        Some((complaint, Rung { about: Some(about), referral: Some(referral), ..Rung::default() }))
    });
    let stored = cases.batch.store(tx, rungs.collect(), &rules).await?;
    Ok(codes_of(stored.kept))
}

/// The tracking codes of the complaints that this word led to before.
pub(crate) async fn codes(tx: &mut Tx, case: &CaseFile, feedback: &Feedback) -> anyhow::Result<Vec<String>> {
    let keys = keys(case, feedback);
    let keys: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
    Ok(codes_of(store::contacts::kept(tx.connection(), &keys).await?))
}

/// The request keys of the complaints, with the referrals they are about: the same word never complains twice.
fn keys(case: &CaseFile, feedback: &Feedback) -> Vec<(String, ReferralId)> {
    let key = |id: ReferralId| (format!("unsolved-{}-{id}", feedback.answer), id);
    case.answered().map(key).collect()
}

fn codes_of(kept: BTreeMap<String, Kept>) -> Vec<String> {
    kept.into_values().filter_map(|kept| kept.case).map(|(_, code, _)| code.to_string()).collect()
}
