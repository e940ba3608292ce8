//! What was announced against what the patterns give now.

use std::collections::{BTreeMap, BTreeSet};

use jalali::Tehran;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::plan::days;
use super::{Book, Planned, Policy, Slot, State};
use crate::domain::hours::{Centre, Kind};

/// What citizens read where a slot goes because its pattern does.
const PATTERN_CHANGED_FA: &str = "برنامهٔ حضور تغییر کرد";
/// What they read of a closure that gives no reason of its own.
const CLOSED_FA: &str = "تعطیلی مرکز";

/// What must be saved and stated, and what cannot be.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Slots that are new or changed: announced or cancelled.
    pub slots: Vec<Slot>,
    /// Slots that come too late to be announced.
    pub refused: Vec<Refused>,
}

/// A slot that can be announced in time no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its pattern.
    pub pattern: String,
    /// Its day.
    pub day: Date,
    /// The policy's lead time.
    pub lead_days: u32,
}

impl Book {
    /// What must change so that the slots that stand are those of the plan: what is planned and not announced yet is
    /// announced, unless the policy's lead time is over; what was announced and is planned no more is cancelled. What was
    /// announced is not moved within the lead time: citizens rely on it.
    #[must_use]
    pub fn reconcile(
        &self,
        standing: &[Slot],
        now: Timestamp,
        tehran: &Tehran,
        mut new_id: impl FnMut() -> Uuid,
    ) -> Changes {
        let today = tehran.zoned(now).date();
        let planned = self.plan(now, tehran);
        let known: BTreeMap<(&str, Date), &Slot> =
            standing.iter().map(|slot| ((slot.planned.pattern.as_str(), slot.planned.day), slot)).collect();
        let mut changes = Changes::default();
        for plan in &planned {
            let Some(policy) = self.policy(&plan.province, now) else { continue };
            let before = known.get(&(plan.pattern.as_str(), plan.day)).copied();
            let wanted = before.is_none_or(|slot| match slot.state {
                State::Announced => slot.planned != *plan,
                State::Cancelled => true,
                State::Uncovered | State::Kept | State::Missed => false,
            });
            if !wanted {
                continue;
            }
            if plan.starts_at > now && is_in_time(plan.day, today, policy) {
                changes.slots.push(announced(plan, before, policy, now, &mut new_id));
            } else {
                let (pattern, day) = (plan.pattern.clone(), plan.day);
                changes.refused.push(Refused { pattern, day, lead_days: policy.lead_days });
            }
        }
        let given: BTreeSet<(&str, Date)> = planned.iter().map(|p| (p.pattern.as_str(), p.day)).collect();
        let gone = standing.iter().filter(|slot| {
            slot.state == State::Announced
                && slot.planned.starts_at > now
                && !given.contains(&(slot.planned.pattern.as_str(), slot.planned.day))
                && self.is_planned_for(&slot.planned, today, now)
        });
        changes.slots.extend(gone.map(|slot| self.cancelled(slot, now)));
        changes
    }

    /// Whether the plan reaches as far as the day of a slot.
    fn is_planned_for(&self, slot: &Planned, today: Date, now: Timestamp) -> bool {
        let policy = self.policy(&slot.province, now);
        policy.is_some_and(|policy| days(today, policy.horizon_days).any(|day| day == slot.day))
    }

    fn cancelled(&self, slot: &Slot, now: Timestamp) -> Slot {
        let centre = Centre { province: &slot.planned.province, centre: &slot.planned.centre };
        let closure = self.hours.of(centre, slot.planned.day).filter(|hours| hours.kind == Kind::Closure);
        let reason_fa = closure.map_or(PATTERN_CHANGED_FA, |hours| match hours.reason_fa {
            "" => CLOSED_FA,
            reason => reason,
        });
        Slot {
            state: State::Cancelled,
            sequence: slot.sequence + 1,
            changed_at: now,
            reason_fa: reason_fa.to_owned(),
            ..slot.clone()
        }
    }
}

/// Whether a slot of that day may still be announced today.
fn is_in_time(day: Date, today: Date, policy: &Policy) -> bool {
    day.duration_since(today).as_hours() / 24 >= i64::from(policy.lead_days)
}

fn announced(
    plan: &Planned,
    before: Option<&Slot>,
    policy: &Policy,
    now: Timestamp,
    new_id: impl FnOnce() -> Uuid,
) -> Slot {
    Slot {
        slot_id: before.map_or_else(new_id, |slot| slot.slot_id),
        state: State::Announced,
        sequence: before.map_or(0, |slot| slot.sequence + 1),
        announced_at: before.map_or(now, |slot| slot.announced_at),
        changed_at: now,
        contacts_until: plan.ends_at.saturating_add(policy.overrun()).unwrap_or(plan.ends_at),
        record_by: plan.ends_at.saturating_add(policy.record_within()).unwrap_or(plan.ends_at),
        reason_fa: String::new(),
        arrived_at: None,
        planned: plan.clone(),
    }
}
