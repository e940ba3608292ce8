//! Complaints of inaction (rules 3 and 6): an agency let its time pass, and the citizen complains of that.

use anyhow::Result;
use contracts::intake::{Channel, Kind, Outcome, RegisterContactRequest};
use jiff::Timestamp;
use serde::Deserialize;

use super::diary::Diary;
use super::news::Event;
use super::scene::{Numbered, Scene};
use super::temper::later;

/// How often inaction is complained of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complaints {
    /// Of the citizens' cases that an agency let pass.
    percent: u64,
    /// Days after the breach: first and last.
    days: [u64; 2],
    text: String,
}

/// A complaint about an agency's inaction on a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Grievance {
    number: u64,
    agency: String,
    case_id: String,
    referral_id: String,
}

/// Who will complain.
#[derive(Default)]
pub struct Plaintiffs(Diary<Grievance>);

impl Plaintiffs {
    /// Hears that an agency's time is over. Of what became of a complaint nobody complains again.
    pub fn hear(&mut self, scene: &Scene, event: &Event) {
        let Event::Breached { case_id, referral_id, agency, at, .. } = event else { return };
        let Some(case) = scene.book.case(case_id) else { return };
        let follows = case.contact.kind() != Kind::Report && case.contact.outcome() == Outcome::Register;
        let (number, numbers) = (case.number, &scene.life.complaints);
        let mut chance = scene.chance(&["complaint", &number.to_string(), agency, &at.to_string()]);
        if follows && !agency.is_empty() && chance.percent(numbers.percent) {
            let grievance = Grievance {
                number,
                agency: agency.clone(),
                case_id: case_id.clone(),
                referral_id: referral_id.clone(),
            };
            self.0.note(later(&mut chance, *at, numbers.days), grievance);
        }
    }

    /// Complains of what is still not done; whether anybody did.
    ///
    /// # Errors
    /// When intake refuses it or does not answer.
    pub async fn turn(&mut self, scene: &mut Scene, now: Timestamp) -> Result<bool> {
        let (mut due, book) = (self.0.due(now), &mut scene.book);
        // A deadline that moved and passed again is complained of once.
        due.retain(|Grievance { case_id, referral_id, .. }| {
            let case = if book.is_overdue(referral_id) { book.case_mut(case_id) } else { None };
            case.is_some_and(|case| case.open && case.complained.insert(referral_id.clone()))
        });
        let mut contacts: Vec<Numbered> = Vec::new();
        for grievance in due {
            let (number, text) = (scene.number(), scene.life.complaints.text.clone());
            let key = scene.people.key(number);
            let Some(case) = scene.book.case(&grievance.case_id) else { continue };
            let contact = RegisterContactRequest {
                request_key: key,
                channel: Channel::Phone.into(),
                kind: Kind::Complaint.into(),
                outcome: Outcome::InactionComplaint.into(),
                text,
                about_case: case.tracking_code.clone(),
                about_referral_id: grievance.referral_id,
                source_reference: format!("{number:08}"),
                occurred_at: None,
                campaign: String::new(),
                meeting: String::new(),
                slot_id: String::new(),
                call_id: String::new(),
                ..case.contact.clone()
            };
            contacts.push((number, contact));
        }
        let complained = contacts.len() as u64;
        scene.played.complaints += complained;
        scene.register(contacts).await?;
        Ok(complained > 0)
    }
}
