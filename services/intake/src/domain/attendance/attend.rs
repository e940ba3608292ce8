//! Who was there, and what was taken there.

use jiff::Timestamp;

use super::{Slot, State};
use crate::domain::contact::Fault;

/// Records that `official` came to the slot at `arrived_at`; the slot as it is kept, or none where that was known.
///
/// # Errors
/// Somebody else came (no stand-ins), the slot is not announced any more, or the moment does not fit.
pub fn attend(
    slot: &Slot,
    official: &str,
    arrived_at: Timestamp,
    now: Timestamp,
) -> Result<Option<Slot>, Fault> {
    let fault = |field, reason: &str| Err(Fault { field, reason: reason.to_owned() });
    if official != slot.planned.official.code {
        return fault("official", "must be the official of the slot: nobody stands in");
    }
    match slot.state {
        State::Kept => return Ok(None),
        State::Announced if now <= slot.record_by => {}
        State::Announced | State::Missed => {
            return fault("slot_id", "nobody was recorded in time: the slot is missed");
        }
        State::Cancelled | State::Uncovered => return fault("slot_id", "the slot was cancelled"),
    }
    if arrived_at > now {
        return fault("arrived_at", "lies in the future");
    }
    if arrived_at >= slot.planned.ends_at {
        return fault("arrived_at", "lies after the end of the slot");
    }
    let early = slot.planned.starts_at.duration_since(arrived_at);
    // An official may come early, but not on another day.
    if early.as_hours() >= 12 {
        return fault("arrived_at", "lies long before the slot: attendance is recorded on its day");
    }
    Ok(Some(Slot { state: State::Kept, arrived_at: Some(arrived_at), changed_at: now, ..slot.clone() }))
}

/// The official will not come: the slot is uncovered. None where that was known.
///
/// # Errors
/// The slot began, or is not announced.
pub fn excuse(slot: &Slot, reason_fa: &str, now: Timestamp) -> Result<Option<Slot>, Fault> {
    let fault = |reason: &str| Err(Fault { field: "slot_id", reason: reason.to_owned() });
    match slot.state {
        State::Uncovered => return Ok(None),
        State::Announced if slot.planned.starts_at > now => {}
        State::Announced => return fault("the slot has begun: who is not there has missed it"),
        State::Cancelled => return fault("the slot was cancelled"),
        State::Kept | State::Missed => return fault("the slot is over"),
    }
    Ok(Some(Slot {
        state: State::Uncovered,
        sequence: slot.sequence + 1,
        changed_at: now,
        reason_fa: reason_fa.to_owned(),
        ..slot.clone()
    }))
}

/// Whether a contact of that province and centre, taken at `taken_at`, may belong to the slot.
///
/// # Errors
/// Why not.
pub fn takes(slot: &Slot, province: &str, centre: &str, taken_at: Timestamp) -> Result<(), Fault> {
    let fault = |reason: &str| Err(Fault { field: "slot_id", reason: reason.to_owned() });
    if (slot.planned.province.as_str(), slot.planned.centre.as_str()) != (province, centre) {
        return fault("the slot belongs to another centre");
    }
    if !matches!(slot.state, State::Announced | State::Kept) {
        return fault("nobody attended in this slot");
    }
    if taken_at < slot.planned.starts_at || slot.contacts_until < taken_at {
        return fault("the contact was not taken during the slot");
    }
    Ok(())
}
