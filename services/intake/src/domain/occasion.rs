//! The occasion on which a contact was taken, an official's slot, a trip or a public meeting, against what is known of it.

use uuid::Uuid;

use crate::domain::attendance::{self, Slot};
use crate::domain::campaign::Campaign;
use crate::domain::contact::{Contact, Ending, Fault};
use crate::domain::meeting::Meeting;

/// What a contact says of its occasion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The official's slot in which it was taken.
    pub slot_id: Option<Uuid>,
    /// The code of the campaign that it belongs to; empty: none.
    pub campaign: String,
    /// The code of the public meeting of which it is a turn; empty: none.
    pub meeting: String,
    /// The name of a letter's scan; empty: none.
    pub scan_file: String,
}

/// Occasions that a batch of contacts asks for.
#[derive(Debug, Clone, Default)]
pub struct Occasions {
    /// Slots.
    pub slots: Vec<Slot>,
    /// Campaigns.
    pub campaigns: Vec<Campaign>,
    /// Meetings.
    pub meetings: Vec<Meeting>,
}

/// The occasion of one contact.
#[derive(Debug, Clone, Copy, Default)]
pub struct Occasion<'a> {
    /// The official's slot.
    pub slot: Option<&'a Slot>,
    /// The campaign.
    pub campaign: Option<&'a Campaign>,
    /// The public meeting.
    pub meeting: Option<&'a Meeting>,
}

/// The occasion of a contact.
///
/// # Errors
/// Where it does not fit the contact's day and place.
pub fn of<'a>(contact: &Contact, known: &'a Occasions) -> Result<Occasion<'a>, Fault> {
    Ok(Occasion {
        slot: slot(contact, known)?,
        campaign: campaign(contact, known)?,
        meeting: meeting(contact, known)?,
    })
}

impl<'a> Occasion<'a> {
    /// The programme whose policy governs the contact's case: in a campaign that of the campaign, except that an inaction
    /// complaint always has its own clock (rule 6).
    #[must_use]
    pub fn programme(&self, contact: &'a Contact) -> &'a str {
        match (self.campaign, &contact.ending) {
            (Some(campaign), Ending::Registered | Ending::Guidance { .. } | Ending::Addition { .. }) => {
                &campaign.programme
            }
            _ => &contact.programme,
        }
    }
}

fn slot<'a>(contact: &Contact, known: &'a Occasions) -> Result<Option<&'a Slot>, Fault> {
    let Some(id) = contact.asked.slot_id else { return Ok(None) };
    let slot = known.slots.iter().find(|slot| slot.slot_id == id);
    let slot = slot.ok_or_else(|| Fault { field: "slot_id", reason: "there is no such slot".to_owned() })?;
    attendance::takes(slot, &contact.province, &contact.centre, contact.occurred_at)?;
    Ok(Some(slot))
}

fn campaign<'a>(contact: &Contact, known: &'a Occasions) -> Result<Option<&'a Campaign>, Fault> {
    let code = contact.asked.campaign.as_str();
    if code.is_empty() {
        return Ok(None);
    }
    let campaign = known.campaigns.iter().find(|campaign| campaign.code == code);
    let campaign = campaign
        .ok_or_else(|| Fault { field: "campaign", reason: "there is no such campaign".to_owned() })?;
    campaign.takes(&contact.province, &contact.county, contact.occurred_at)?;
    Ok(Some(campaign))
}

fn meeting<'a>(contact: &Contact, known: &'a Occasions) -> Result<Option<&'a Meeting>, Fault> {
    let code = contact.asked.meeting.as_str();
    if code.is_empty() {
        return Ok(None);
    }
    let meeting = known.meetings.iter().find(|meeting| meeting.code == code);
    let meeting =
        meeting.ok_or_else(|| Fault { field: "meeting", reason: "there is no such meeting".to_owned() })?;
    meeting.takes(contact.channel, &contact.province, contact.recorded_at)?;
    Ok(Some(meeting))
}

/// Codes of officials, patterns, campaigns and meetings are tokens: 2 to 60 lower-case letters, digits and hyphens.
#[must_use]
pub fn is_code(code: &str) -> bool {
    (2..=60).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
