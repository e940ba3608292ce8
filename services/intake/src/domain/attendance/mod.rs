//! Officials at the centre: when they attend is data, each slot is announced in advance, and nobody stands in.

mod attend;
mod plan;
mod read;
mod reconcile;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::domain::hours::Timetable;
use crate::domain::versions::{Version, governing};

pub use attend::{attend, excuse, takes};
pub use read::{read_pattern, read_policy};
pub use reconcile::{Changes, Refused};

/// Who attends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Official {
    /// Code.
    pub code: String,
    /// The name that citizens read.
    pub name_fa: String,
    /// The office.
    pub title_fa: String,
}

/// On which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// The first day of the pattern only.
    Once,
    /// These weekdays, as bits from Monday.
    Weekdays(u8),
    /// Every so many days from the pattern's first.
    EveryDays(u16),
    /// Once a Jalali season: the first day from the so many-th on, on which the centre answers.
    DayOfSeason(u8),
}

/// When an official attends, in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Its name.
    pub pattern: String,
    /// Counts its changes, from 1.
    pub version: u32,
    /// Who attends.
    pub official: Official,
    /// Province code.
    pub province: String,
    /// Centre code.
    pub centre: String,
    /// On which days.
    pub rhythm: Rhythm,
    /// Minutes after midnight in Tehran.
    pub opens: u16,
    /// See `opens`; later on the same day.
    pub closes: u16,
    /// First day.
    pub from: Date,
    /// Last day; none: on and on.
    pub until: Option<Date>,
}

/// How attendance is announced and recorded, in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub policy: String,
    /// Counts its changes, from 1.
    pub version: u32,
    /// Province code; empty: all.
    pub province: String,
    /// From when on it holds, until the next version begins.
    pub valid_from: Timestamp,
    /// Days between the announcement and the slot's day, at least.
    pub lead_days: u32,
    /// Days ahead for which slots are announced.
    pub horizon_days: u32,
    /// Minutes after the end in which contacts are still taken in the slot.
    pub overrun_minutes: u32,
    /// Hours after the end in which attendance can be recorded.
    pub record_within_hours: u32,
}

impl Policy {
    fn overrun(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.overrun_minutes))
    }

    fn record_within(&self) -> SignedDuration {
        SignedDuration::from_hours(i64::from(self.record_within_hours))
    }
}

/// What a pattern gives on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The pattern; with the day it names the slot.
    pub pattern: String,
    /// The day in Tehran.
    pub day: Date,
    /// Who attends.
    pub official: Official,
    /// Province code.
    pub province: String,
    /// Centre code.
    pub centre: String,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
}

/// How a slot stands; the numbers are those of `samad.intake.v1.SlotState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is announced.
    Announced = 1,
    /// The centre is closed, or the pattern changed.
    Cancelled = 2,
    /// The official excused themselves.
    Uncovered = 3,
    /// The official was there.
    Kept = 4,
    /// Nobody was recorded as attending.
    Missed = 5,
}

/// A slot that was announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Its id.
    pub slot_id: Uuid,
    /// What was announced last.
    pub planned: Planned,
    /// How it stands.
    pub state: State,
    /// Counts changes since the first announcement.
    pub sequence: u32,
    /// When it was announced first.
    pub announced_at: Timestamp,
    /// When it changed last.
    pub changed_at: Timestamp,
    /// Until when contacts are taken in it.
    pub contacts_until: Timestamp,
    /// Until when attendance can be recorded.
    pub record_by: Timestamp,
    /// Why it was cancelled or is uncovered.
    pub reason_fa: String,
    /// When the official came.
    pub arrived_at: Option<Timestamp>,
}

/// Everything that slots are made of.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// Patterns in the versions that still give slots, each up to the day before its next one's first; the newest of a
    /// name last.
    pub patterns: Vec<Pattern>,
    /// Policies in all versions, the newest of a name last.
    pub policies: Vec<Policy>,
    /// When centres answer: on days when one does not, nobody attends there.
    pub hours: Timetable,
}

impl Version for Policy {
    fn name(&self) -> &str {
        &self.policy
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn province(&self) -> &str {
        &self.province
    }

    fn valid_from(&self) -> Timestamp {
        self.valid_from
    }
}

impl Book {
    /// The policy that holds for a province at a moment.
    #[must_use]
    pub fn policy(&self, province: &str, at: Timestamp) -> Option<&Policy> {
        governing(&self.policies, province, at)
    }
}
