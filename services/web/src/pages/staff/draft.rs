//! What an operator types of a contact, and the contact made of it.

use contracts::intake::{
    Channel, Citizen, EntryVersion, GuidanceRung, Kind, Outcome, RegisterContactRequest, WorkItem,
};
use tonic::Status;

use super::frame::Posted;

/// Entries that a contact is said to have been shown, at most: what intake takes.
const SHOWN_MAX: usize = 20;

/// What the operator has typed so far.
#[derive(Default)]
pub(super) struct Draft {
    pub kind: String,
    pub topic: String,
    pub county: String,
    pub place: String,
    pub text: String,
    pub name: String,
    pub national_id: String,
    pub phone: String,
    pub outcome: String,
    pub entry: String,
    pub about_case: String,
    pub about_referral: String,
    pub new_case_reason: String,
    /// What is looked for in the guidance base.
    pub words: String,
    /// Its entries that were shown so far, in that order: `water-outage@3 power-outage@1`.
    pub shown: String,
}

impl Draft {
    /// The first one for an item: who called is called back.
    pub fn of_item(item: Option<&WorkItem>) -> Self {
        Draft { phone: item.map(|item| item.caller.clone()).unwrap_or_default(), ..Draft::default() }
    }

    /// What came with a form. The button beside an open case adds to that one, whatever outcome was chosen.
    pub fn of_form(posted: &Posted) -> Self {
        let digits = |name| jalali::digits::latin(&posted.field(name));
        let add_to = posted.field("add_to");
        let (outcome, about_case) = if add_to.is_empty() {
            (posted.field("outcome"), digits("about_case"))
        } else {
            ("add_to_case".to_owned(), add_to)
        };
        Draft {
            kind: posted.field("kind"),
            topic: posted.field("topic"),
            county: posted.field("county"),
            place: posted.field("place"),
            text: posted.field("text"),
            name: posted.field("name"),
            national_id: digits("national_id"),
            phone: digits("phone"),
            outcome,
            entry: posted.field("entry"),
            about_case,
            about_referral: posted.field("about_referral"),
            new_case_reason: posted.field("new_case_reason"),
            words: posted.field("words"),
            shown: posted.field("shown"),
        }
    }

    /// Notes that these entries were shown, each once.
    pub fn note_shown(&mut self, entries: impl Iterator<Item = (String, u64)>) {
        for (entry, version) in entries {
            let shown = format!("{entry}@{version}");
            let known: Vec<&str> = self.shown.split_whitespace().collect();
            if known.len() < SHOWN_MAX && !known.contains(&shown.as_str()) {
                self.shown = [known.join(" "), shown].join(" ").trim().to_owned();
            }
        }
    }

    /// The rungs of the ladder as the form names them.
    fn outcome(&self) -> Option<(Outcome, GuidanceRung)> {
        match self.outcome.as_str() {
            "register" => Some((Outcome::Register, GuidanceRung::Unspecified)),
            "add_to_case" => Some((Outcome::AddToCase, GuidanceRung::Unspecified)),
            "inaction_complaint" => Some((Outcome::InactionComplaint, GuidanceRung::Unspecified)),
            "information" => Some((Outcome::Guidance, GuidanceRung::Information)),
            "beyond_capacity" => Some((Outcome::Guidance, GuidanceRung::BeyondCapacity)),
            "unlawful" => Some((Outcome::Guidance, GuidanceRung::Unlawful)),
            _ => None,
        }
    }

    /// What to say of a contact that was registered.
    pub fn registered_as(&self) -> &'static str {
        match self.outcome() {
            Some((Outcome::AddToCase, _)) => "به پرونده افزوده شد.",
            Some((Outcome::InactionComplaint, _)) => "شکایت از عدم اقدام ثبت شد.",
            Some((Outcome::Guidance, _)) => "راهنمایی ثبت شد.",
            _ => "پرونده ثبت شد.",
        }
    }

    /// The contact that an item of this call becomes. The item's id makes it repeatable.
    ///
    /// # Errors
    /// When no outcome was chosen.
    pub fn request(&self, posted: &Posted) -> Result<RegisterContactRequest, Status> {
        let (outcome, guidance_rung) = self.outcome().ok_or_else(|| Status::invalid_argument("outcome"))?;
        let kind = match outcome {
            // Of whatever kind the case is that nothing was done on.
            Outcome::InactionComplaint => Some(Kind::Complaint),
            _ => Kind::from_str_name(&format!("KIND_{}", self.kind.to_ascii_uppercase())),
        };
        let on_a_case = matches!(outcome, Outcome::AddToCase | Outcome::InactionComplaint);
        let about_case = Some(&self.about_case).filter(|_| on_a_case).cloned().unwrap_or_default();
        let referral = Some(&self.about_referral).filter(|_| outcome == Outcome::InactionComplaint);
        let entry = Some(&self.entry).filter(|entry| !entry.is_empty() && outcome == Outcome::Guidance);
        Ok(RegisterContactRequest {
            request_key: posted.field("item"),
            channel: Channel::Voicemail.into(),
            province: posted.staff.caller.province.clone(),
            county: self.county.clone(),
            citizen: Some(Citizen {
                name: self.name.clone(),
                national_id: self.national_id.clone(),
                phone: self.phone.clone(),
                ..Default::default()
            }),
            kind: kind.unwrap_or_default().into(),
            topic: self.topic.clone(),
            text: self.text.clone(),
            place: self.place.clone(),
            outcome: outcome.into(),
            guidance_rung: guidance_rung.into(),
            guidance_entry: entry.map(|entry| EntryVersion { entry: entry.clone(), version: 0 }),
            guidance_shown: self.shown.split_whitespace().filter_map(entry_version).collect(),
            about_case,
            about_referral_id: referral.cloned().unwrap_or_default(),
            new_case_reason: self.new_case_reason.clone(),
            call_id: posted.field("call"),
            ..Default::default()
        })
    }
}

/// `water-outage@3`
fn entry_version(shown: &str) -> Option<EntryVersion> {
    let (entry, version) = shown.rsplit_once('@')?;
    Some(EntryVersion { entry: entry.to_owned(), version: version.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_shown_is_kept_once_in_its_order() {
        let mut draft = Draft::default();
        let entry = |number: u64| (format!("e-{number}"), 1);
        draft.note_shown([entry(2), entry(1)].into_iter());
        draft.note_shown([entry(1), entry(3)].into_iter());
        assert_eq!(draft.shown, "e-2@1 e-1@1 e-3@1");
        draft.note_shown((0..40).map(entry));
        assert_eq!(draft.shown.split_whitespace().count(), SHOWN_MAX);
        let read: Vec<_> = draft.shown.split_whitespace().filter_map(entry_version).collect();
        assert_eq!((read.len(), read[0].entry.as_str(), read[0].version), (SHOWN_MAX, "e-2", 1));
        assert_eq!(entry_version("none"), None);
    }
}
