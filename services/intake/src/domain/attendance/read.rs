//! Patterns and policies as they are imported.

use contracts::intake::{AttendancePattern, AttendancePolicy};
use contracts::required_instant;
use jiff::civil::Date;

use super::{Official, Pattern, Policy, Rhythm};
use crate::domain::contact::Fault;
use crate::domain::hours::minute;
use crate::domain::occasion::is_code;

/// Longest name and title, in characters.
const NAME_MAX: usize = 200;
/// Longest distance between two slots of a pattern.
const EVERY_DAYS_MAX: u32 = 366;
/// A season has 89 days at least.
const DAY_OF_SEASON_MAX: u32 = 85;
/// Slots are announced for at most so many days ahead.
const HORIZON_DAYS_MAX: u32 = 366;

/// A pattern as version 1.
///
/// # Errors
/// Its first fault, with its name.
pub fn read_pattern(pattern: &AttendancePattern) -> Result<Pattern, Fault> {
    let wrong = |reason: &str| Fault { field: "patterns", reason: format!("{}: {reason}", pattern.pattern) };
    for (code, needed) in [
        (&pattern.pattern, true),
        (&pattern.official, true),
        (&pattern.province, true),
        (&pattern.centre, false),
    ] {
        if !is_code(code) && (needed || !code.is_empty()) {
            return Err(wrong(
                "pattern, official, province and centre are codes: lower-case letters, digits and hyphens",
            ));
        }
    }
    for name in [&pattern.name_fa, &pattern.title_fa] {
        if !(1..=NAME_MAX).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            return Err(wrong("name_fa and title_fa must have 1 to 200 characters"));
        }
    }
    let (opens, closes) = match (minute(&pattern.opens_at), minute(&pattern.closes_at)) {
        (Some(opens), Some(closes)) if opens < closes => (opens, closes),
        _ => return Err(wrong("opens_at and closes_at must be HH:MM, one before the other, within one day")),
    };
    let day = |text: &str| text.parse::<Date>().map_err(|_| wrong("days must be written YYYY-MM-DD"));
    let from = day(&pattern.from_day)?;
    let until = if pattern.until_day.is_empty() { None } else { Some(day(&pattern.until_day)?) };
    if until.is_some_and(|until| until < from) {
        return Err(wrong("until_day lies before from_day"));
    }
    Ok(Pattern {
        pattern: pattern.pattern.clone(),
        version: 1,
        official: Official {
            code: pattern.official.clone(),
            name_fa: pattern.name_fa.clone(),
            title_fa: pattern.title_fa.clone(),
        },
        province: pattern.province.clone(),
        centre: if pattern.centre.is_empty() { pattern.province.clone() } else { pattern.centre.clone() },
        rhythm: rhythm(pattern).map_err(wrong)?,
        opens,
        closes,
        from,
        until,
    })
}

fn rhythm(pattern: &AttendancePattern) -> Result<Rhythm, &'static str> {
    match (pattern.weekdays.as_slice(), pattern.every_days, pattern.day_of_season) {
        ([], 0, 0) => Ok(Rhythm::Once),
        ([], 0, nth @ 1..=DAY_OF_SEASON_MAX) => Ok(Rhythm::DayOfSeason(u8::try_from(nth).unwrap_or(u8::MAX))),
        ([], 0, _) => Err("day_of_season must be 1 to 85"),
        ([], days @ 1..=EVERY_DAYS_MAX, 0) => Ok(Rhythm::EveryDays(u16::try_from(days).unwrap_or(u16::MAX))),
        ([], _, 0) => Err("every_days must be 1 to 366"),
        (weekdays, 0, 0) => {
            let bit = |day: &u32| if (1..=7).contains(day) { Some(1_u8 << (day - 1)) } else { None };
            let bits = weekdays.iter().map(bit).try_fold(0, |bits, bit| bit.map(|bit| bits | bit));
            bits.map(Rhythm::Weekdays).ok_or("weekdays must be 1 (Monday) to 7 (Sunday)")
        }
        _ => Err("has more than one rhythm: weekdays, every_days or day_of_season"),
    }
}

/// A policy as version 1.
///
/// # Errors
/// Its first fault, with its name.
pub fn read_policy(policy: &AttendancePolicy) -> Result<Policy, Fault> {
    let wrong = |reason: &str| Fault { field: "policies", reason: format!("{}: {reason}", policy.policy) };
    if !is_code(&policy.policy) || !policy.province.is_empty() && !is_code(&policy.province) {
        return Err(wrong("policy and province are codes: lower-case letters, digits and hyphens"));
    }
    if policy.horizon_days > HORIZON_DAYS_MAX || policy.lead_days > policy.horizon_days {
        return Err(wrong("lead_days must not exceed horizon_days, nor these 366"));
    }
    if policy.overrun_minutes > 24 * 60 || !(1..=24 * 31).contains(&policy.record_within_hours) {
        return Err(wrong("overrun_minutes must be at most 1440, record_within_hours 1 to 744"));
    }
    let valid_from = required_instant(policy.valid_from.as_ref())
        .map_err(|error| wrong(&format!("valid_from: {error}")))?;
    Ok(Policy {
        policy: policy.policy.clone(),
        version: 1,
        province: policy.province.clone(),
        valid_from,
        lead_days: policy.lead_days,
        horizon_days: policy.horizon_days,
        overrun_minutes: policy.overrun_minutes,
        record_within_hours: policy.record_within_hours,
    })
}
