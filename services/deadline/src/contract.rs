//! Domain values to and from the contract's messages.

use contracts::deadline as wire;
use contracts::{TimeError, optional_instant, timestamp};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::account::{Charge, Party, Reason};
use crate::domain::calendar::Week;
use crate::domain::calendar_import::Import;
use crate::domain::policy::{Escalation, Level, Policy};
use crate::domain::proposal::Proposal;

/// A line of an account.
#[must_use]
pub fn charge(charge: Charge) -> wire::Charge {
    let reason = match charge.reason {
        Reason::Held => wire::ChargeReason::Held,
        Reason::DocumentsAsked => wire::ChargeReason::DocumentsAsked,
        Reason::WrongReferral => wire::ChargeReason::WrongReferral,
        Reason::BrokenDelivery => wire::ChargeReason::BrokenDelivery,
        Reason::Review => wire::ChargeReason::Review,
    };
    let seconds = u64::try_from(charge.lasted.as_secs()).unwrap_or(0);
    wire::Charge { to: party(charge.to).into(), reason: reason.into(), seconds }
}

/// To whom time is charged.
#[must_use]
pub fn party(party: Party) -> wire::ChargedTo {
    match party {
        Party::Agency => wire::ChargedTo::Agency,
        Party::Citizen => wire::ChargedTo::Citizen,
        Party::Centre => wire::ChargedTo::Centre,
        Party::System => wire::ChargedTo::System,
    }
}

/// Who hears of an escalation.
#[must_use]
pub fn level(level: Level) -> wire::EscalationLevel {
    match level {
        Level::AgencyHead => wire::EscalationLevel::AgencyHead,
        Level::Province => wire::EscalationLevel::Province,
        Level::National => wire::EscalationLevel::National,
    }
}

/// A policy as it is listed and imported.
#[must_use]
pub fn policy(policy: &Policy) -> wire::Policy {
    wire::Policy {
        policy: policy.name.clone(),
        version: policy.version,
        programme: policy.programme.clone(),
        length_days: policy.length_days,
        honours_target: policy.honours_target,
        reminder_days_before: policy.reminder_days_before.clone(),
        valid_from: Some(timestamp(policy.valid_from)),
        working_days: policy.working_days,
        ignores_closures: policy.ignores_closures,
        ends_on_working_day: policy.ends_on_working_day,
        escalations: policy.escalations.iter().map(escalation).collect(),
        pause_max_days: policy.pause_max_days,
        return_within_days: policy.return_within_days,
        valid_until: policy.valid_until.map(timestamp),
    }
}

/// A policy as it is stated when it is adopted.
#[must_use]
pub fn policy_adopted(policy: &Policy) -> wire::PolicyAdopted {
    wire::PolicyAdopted {
        policy: policy.name.clone(),
        version: policy.version,
        programme: policy.programme.clone(),
        length_days: policy.length_days,
        honours_target: policy.honours_target,
        reminder_days_before: policy.reminder_days_before.clone(),
        valid_from: Some(timestamp(policy.valid_from)),
        working_days: policy.working_days,
        ignores_closures: policy.ignores_closures,
        ends_on_working_day: policy.ends_on_working_day,
        escalations: policy.escalations.iter().map(escalation).collect(),
        pause_max_days: policy.pause_max_days,
        return_within_days: policy.return_within_days,
        valid_until: policy.valid_until.map(timestamp),
    }
}

fn escalation(step: &Escalation) -> wire::Escalation {
    wire::Escalation { offset_days: step.offset_days, to: level(step.to).into() }
}

/// A calendar as it is stated when it is adopted.
#[must_use]
pub fn calendar_adopted(
    import: &Import,
    answer: &wire::ImportCalendarResponse,
    adopted_at: Timestamp,
) -> wire::CalendarAdopted {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let week = |week: &Week| wire::WeekAdopted {
        province: week.province.clone(),
        first_day: week.first.to_string(),
        days_off: (1..).zip(week.off).filter(|(_, off)| *off).map(|(day, _)| day).collect(),
    };
    wire::CalendarAdopted {
        version: answer.version,
        first_day: day(import.covers.map(|(first, _)| first)),
        last_day: day(import.covers.map(|(_, last)| last)),
        holidays_added: answer.holidays_added,
        holidays_removed: answer.holidays_removed,
        weeks_added: answer.weeks_added,
        adopted_at: Some(timestamp(adopted_at)),
        holidays: import.holidays.keys().map(ToString::to_string).collect(),
        weeks: import.weeks.iter().map(week).collect(),
    }
}

/// A policy as someone proposes it, not yet checked.
///
/// # Errors
/// The field that cannot be read, and why.
pub fn proposal(policy: wire::Policy) -> Result<Proposal, (&'static str, String)> {
    let moment = |field, at: Option<&prost_types::Timestamp>| {
        optional_instant(at).map_err(|error: TimeError| (field, error.to_string()))
    };
    let valid_from = moment("valid_from", policy.valid_from.as_ref())?;
    let valid_until = moment("valid_until", policy.valid_until.as_ref())?;
    let step = |step: wire::Escalation| {
        let to = match step.to() {
            wire::EscalationLevel::Unspecified => {
                return Err(("escalations", "must each say to whom".to_owned()));
            }
            wire::EscalationLevel::AgencyHead => Level::AgencyHead,
            wire::EscalationLevel::Province => Level::Province,
            wire::EscalationLevel::National => Level::National,
        };
        Ok(Escalation { offset_days: step.offset_days, to })
    };
    let policy = Policy {
        name: policy.policy,
        version: 0,
        programme: policy.programme,
        length_days: policy.length_days,
        working_days: policy.working_days,
        ignores_closures: policy.ignores_closures,
        ends_on_working_day: policy.ends_on_working_day,
        honours_target: policy.honours_target,
        reminder_days_before: policy.reminder_days_before,
        escalations: policy.escalations.into_iter().map(step).collect::<Result<_, _>>()?,
        pause_max_days: policy.pause_max_days,
        return_within_days: policy.return_within_days,
        valid_from: valid_from.unwrap_or(Timestamp::UNIX_EPOCH),
        valid_until,
    };
    Ok(Proposal { policy, from_now: valid_from.is_none() })
}
