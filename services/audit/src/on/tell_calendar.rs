//! What the facts of a centre's calendar are about: slots of officials, and commitments of public meetings.

use contracts::intake::{
    AttendanceAnnounced, AttendanceCancelled, AttendanceRecorded, CommitmentMade, CommitmentSettled,
    MeetingInvited, SlotMissed,
};
use jiff::Timestamp;
use uuid::Uuid;

use super::read::{Tell, Told, Unreadable};

fn about(text: &str, field: &'static str, agency: String) -> Result<Told, Unreadable> {
    let about = Uuid::try_parse(text).map_err(|_| Unreadable::Id(field))?;
    Ok(Told { about, agency, ..Told::default() })
}

macro_rules! of_slots {
    ($($fact:ident),*) => {
        $(impl Tell for $fact {
            fn tell(self, _: Timestamp) -> Result<Told, Unreadable> {
                about(&self.slot_id, "slot_id", String::new())
            }
        })*
    };
}

of_slots!(AttendanceAnnounced, AttendanceCancelled, AttendanceRecorded, SlotMissed);

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
