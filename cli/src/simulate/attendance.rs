//! Officials at the centre: who comes to the slot that was announced, who excuses themselves, who is missed, and what
//! contacts are taken meanwhile.

use anyhow::Result;
use contracts::intake::{
    CancelSlotRequest, Channel, ImportAttendanceRequest, ListSlotsRequest, RecordAttendanceRequest, Slot,
    SlotState,
};
use contracts::{required_instant, timestamp};
use jalali::Date;
use jiff::SignedDuration;
use serde::Deserialize;

use super::calendar::Step;
use super::diary::Diary;
use super::scene::{Numbered, Scene};

/// Slots of a day, at most.
const OF_A_DAY: u32 = 500;

/// How officials keep their slots; their patterns are those that come with Samad.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attendance {
    kept_percent: u64,
    /// Excused on the day; the rest is missed.
    excused_percent: u64,
    /// Contacts taken in a slot: fewest and most.
    contacts: [u64; 2],
    excuse: String,
}

/// A slot in which nobody was recorded so long after its end is missed, by the policy that comes with Samad.
const RECORDED_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// The slots of a day.
pub struct Officials {
    looked: Option<Date>,
    /// Those whose officials will come.
    coming: Vec<Slot>,
    /// Those whose officials did not, by when that is stated.
    missing: Diary<String>,
}

impl Officials {
    /// Announces the patterns of the province from the life's first day on.
    ///
    /// # Errors
    /// When intake refuses them or does not answer.
    pub async fn announce(scene: &Scene, first_day: Date) -> Result<Self> {
        let ImportAttendanceRequest { mut patterns, policies } = intake::attendance_file::shipped()?;
        patterns.retain(|pattern| pattern.province == scene.province);
        patterns.iter_mut().for_each(|pattern| pattern.from_day = first_day.civil().to_string());
        scene.doors.attendance().import_attendance(ImportAttendanceRequest { patterns, policies }).await?;
        Ok(Officials { looked: None, coming: Vec::new(), missing: Diary::default() })
    }

    /// Excuses officials at the day's first step, and records those who came once their slot is over.
    ///
    /// # Errors
    /// As [`Officials::announce`].
    pub async fn turn(&mut self, scene: &mut Scene, step: &Step) -> Result<()> {
        let today = scene.date(step.at);
        if self.looked != Some(today) {
            self.looked = Some(today);
            self.look(scene, today, step.working).await?;
        }
        scene.played.missed += self.missing.due(step.at).len() as u64;
        let mut over = Vec::new();
        for slot in std::mem::take(&mut self.coming) {
            let is_over = required_instant(slot.ends_at.as_ref())? <= step.at;
            let pile = if is_over { &mut over } else { &mut self.coming };
            pile.push(slot);
        }
        for slot in over {
            attend(scene, &slot).await?;
        }
        Ok(())
    }

    async fn look(&mut self, scene: &mut Scene, today: Date, working: bool) -> Result<()> {
        let of_today = scene.tehran.moments(today..=today);
        let asked = ListSlotsRequest {
            province: scene.province.clone(),
            from: Some(timestamp(of_today.start)),
            until: Some(timestamp(of_today.end)),
            state: SlotState::Announced.into(),
            page_size: OF_A_DAY,
            ..Default::default()
        };
        let listed = scene.doors.attendance().list_slots(asked).await?.into_inner();
        for slot in listed.slots {
            let numbers = &scene.life.attendance;
            let (kept, excused) = (numbers.kept_percent, numbers.excused_percent);
            match scene.chance(&["slot", &slot.pattern, &today.to_string()]).below(100) {
                drawn if working && drawn < kept => self.coming.push(slot),
                drawn if working && drawn < kept + excused => {
                    let request =
                        CancelSlotRequest { slot_id: slot.slot_id, reason_fa: numbers.excuse.clone() };
                    scene.doors.attendance().cancel_slot(request).await?;
                    scene.played.excused += 1;
                }
                _ => {
                    let stated = required_instant(slot.ends_at.as_ref())? + RECORDED_WITHIN;
                    self.missing.note(stated + SignedDuration::from_secs(1), slot.slot_id);
                }
            }
        }
        Ok(())
    }
}

/// The official came when the slot began, and contacts were taken until it ended.
async fn attend(scene: &mut Scene, slot: &Slot) -> Result<()> {
    let (starts_at, ends_at) =
        (required_instant(slot.starts_at.as_ref())?, required_instant(slot.ends_at.as_ref())?);
    let request = RecordAttendanceRequest {
        slot_id: slot.slot_id.clone(),
        official: slot.official.clone(),
        arrived_at: slot.starts_at,
    };
    scene.doors.attendance().record_attendance(request).await?;
    scene.played.attended += 1;
    let [fewest, most] = scene.life.attendance.contacts;
    let mut chance = scene.chance(&["taken", &slot.pattern, &starts_at.to_string()]);
    let count = fewest + chance.below(most.saturating_sub(fewest) + 1);
    let during = Step { at: ends_at, since: starts_at, contacts: count, open: true, working: true };
    let mut contacts: Vec<Numbered> = Vec::new();
    for _ in 0..count {
        let number = scene.number();
        let by = if chance.percent(50) { Channel::Phone } else { Channel::InPerson };
        let mut contact = scene.people.coming(number, &during, Some(by), &[])?;
        contact.slot_id.clone_from(&slot.slot_id);
        contacts.push((number, contact));
    }
    scene.played.in_slots += count;
    scene.register(contacts).await.map(drop)
}
