//! Public meetings: turns are registered beforehand, what is ordered becomes dated commitments.

pub mod agenda;
pub mod commitment;
#[cfg(test)]
mod tests;

use contracts::intake::{Channel, Meeting as Wire};
use contracts::required_instant;
use jiff::Timestamp;

use crate::domain::contact::Fault;
use crate::domain::occasion::is_code;

/// Longest title and place, in characters.
const LINE_MAX: usize = 300;
/// Longest meeting.
const HOURS_MAX: i64 = 24;

/// A meeting in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Its code.
    pub code: String,
    /// Counts its changes, from 1.
    pub version: u32,
    /// Its title.
    pub title_fa: String,
    /// Province code.
    pub province: String,
    /// Where it is held.
    pub place_fa: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Until when turns are registered.
    pub turns_until: Timestamp,
    /// When it was held; none: not yet.
    pub held_at: Option<Timestamp>,
}

impl Meeting {
    /// Whether a contact that is registered now may be a turn of the meeting.
    ///
    /// # Errors
    /// Why not.
    pub fn takes(&self, channel: Channel, province: &str, registered_at: Timestamp) -> Result<(), Fault> {
        let fault = |field, reason: &str| Err(Fault { field, reason: reason.to_owned() });
        if channel != Channel::InPerson {
            return fault("channel", "a turn of a meeting is in person");
        }
        if self.province != province {
            return fault("meeting", "is one of another province");
        }
        if self.held_at.is_some() || self.turns_until < registered_at {
            return fault("meeting", "takes no turns any more: they are registered beforehand");
        }
        Ok(())
    }
}

/// A meeting as version 1, not held yet.
///
/// # Errors
/// Its first fault.
pub fn read(meeting: &Wire) -> Result<Meeting, Fault> {
    let wrong = |reason: &str| Fault { field: "meeting", reason: reason.to_owned() };
    if !is_code(&meeting.meeting) || !is_code(&meeting.province) {
        return Err(wrong("meeting and province are codes: 2 to 60 lower-case letters, digits and hyphens"));
    }
    for line in [&meeting.title_fa, &meeting.place_fa] {
        if !(1..=LINE_MAX).contains(&line.trim().chars().count()) || line.chars().any(char::is_control) {
            return Err(wrong("title_fa and place_fa must have 1 to 300 characters"));
        }
    }
    let instant =
        |name: &str, at: Option<&_>| required_instant(at).map_err(|error| wrong(&format!("{name}: {error}")));
    let starts_at = instant("starts_at", meeting.starts_at.as_ref())?;
    let ends_at = instant("ends_at", meeting.ends_at.as_ref())?;
    let turns_until = instant("turns_until", meeting.turns_until.as_ref())?;
    if ends_at <= starts_at || ends_at.duration_since(starts_at).as_hours() > HOURS_MAX {
        return Err(wrong("ends_at must lie after starts_at, by a day at most"));
    }
    if starts_at < turns_until {
        return Err(wrong("turns_until must not lie after starts_at"));
    }
    Ok(Meeting {
        code: meeting.meeting.clone(),
        version: 1,
        title_fa: meeting.title_fa.trim().to_owned(),
        province: meeting.province.clone(),
        place_fa: meeting.place_fa.trim().to_owned(),
        starts_at,
        ends_at,
        turns_until,
        held_at: None,
    })
}
