//! What the facts of a centre's calendar are about: slots of officials, and commitments of public meetings.

use contracts::intake::{
    AttendanceAnnounced, AttendanceCancelled, AttendanceRecorded, CommitmentMade, CommitmentSettled,
    MeetingInvited, SlotMissed,
};
use jiff::Timestamp;
use uuid::Uuid;

use super::read::{Tell, Told, Unreadable};
use super::tell::moment;
use crate::domain::figures::{Happening, SlotEnd};

fn about(text: &str, field: &'static str, agency: String) -> Result<Told, Unreadable> {
    let about = Uuid::try_parse(text).map_err(|_| Unreadable::Id(field))?;
    Ok(Told { about, agency, ..Told::default() })
}

/// A slot, and what became of it at `at`, where that says so.
fn slot(id: &str, ended: Option<(String, Timestamp, SlotEnd)>) -> Result<Told, Unreadable> {
    let mut told = about(id, "slot_id", String::new())?;
    told.happenings =
        ended.into_iter().map(|(province, at, end)| Happening::Slot { province, at, end }).collect();
    Ok(told)
}

impl Tell for AttendanceAnnounced {
    fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
        slot(&self.slot_id, None)
    }
}

/// Closed centres and changed patterns cancel a slot, too: only an official's excuse leaves it uncovered.
impl Tell for AttendanceCancelled {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.starts_at.as_ref(), stated_at)?;
        slot(&self.slot_id, self.uncovered.then_some((self.province, at, SlotEnd::Uncovered)))
    }
}

impl Tell for AttendanceRecorded {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.arrived_at.as_ref(), stated_at)?;
        slot(&self.slot_id, Some((self.province, at, SlotEnd::Kept)))
    }
}

impl Tell for SlotMissed {
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable> {
        let at = moment(self.starts_at.as_ref(), stated_at)?;
        slot(&self.slot_id, Some((self.province, at, SlotEnd::Missed)))
    }
}

impl Tell for MeetingInvited {
    fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
        Ok(Told { agency: self.agency, ..Told::default() })
    }
}

/// In the timeline of the case in whose turn it was ordered; else it stands for itself.
impl Tell for CommitmentMade {
    fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
        if self.case_id.is_empty() {
            about(&self.commitment_id, "commitment_id", self.agency)
        } else {
            about(&self.case_id, "case_id", self.agency)
        }
    }
}

impl Tell for CommitmentSettled {
    fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
        about(&self.commitment_id, "commitment_id", self.agency)
    }
}
