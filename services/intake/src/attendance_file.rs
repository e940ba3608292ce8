//! Reads files of attendance: TOML with arrays `pattern` and `policy` (see `attendance.toml`).

use contracts::intake::{AttendancePattern, AttendancePolicy, ImportAttendanceRequest};
use contracts::timestamp;
use jiff::Timestamp;
use serde::Deserialize;

/// A file that holds no attendance; names the place in it.
#[derive(Debug, thiserror::Error)]
#[error("the file of attendance cannot be read: {0}")]
pub struct AttendanceFileError(#[from] toml::de::Error);

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    pattern: Vec<PatternRow>,
    policy: Vec<PolicyRow>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PatternRow {
    pattern: String,
    official: String,
    name_fa: String,
    title_fa: String,
    province: String,
    centre: String,
    weekdays: Vec<u32>,
    every_days: u32,
    day_of_season: u32,
    opens_at: String,
    closes_at: String,
    from_day: String,
    until_day: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyRow {
    policy: String,
    #[serde(default)]
    province: String,
    valid_from: Timestamp,
    lead_days: u32,
    horizon_days: u32,
    overrun_minutes: u32,
    record_within_hours: u32,
}

/// What comes with Samad.
///
/// # Errors
/// Never in a released build: a test reads the file.
pub fn shipped() -> Result<ImportAttendanceRequest, AttendanceFileError> {
    parse(include_str!("../attendance.toml"))
}

/// The import that a file asks for.
///
/// # Errors
/// When the text is not TOML of that shape; unknown keys are refused.
pub fn parse(text: &str) -> Result<ImportAttendanceRequest, AttendanceFileError> {
    let file: File = toml::from_str(text)?;
    Ok(ImportAttendanceRequest {
        patterns: file.pattern.into_iter().map(AttendancePattern::from).collect(),
        policies: file.policy.into_iter().map(AttendancePolicy::from).collect(),
    })
}

impl From<PatternRow> for AttendancePattern {
    fn from(row: PatternRow) -> Self {
        AttendancePattern {
            pattern: row.pattern,
            official: row.official,
            name_fa: row.name_fa,
            title_fa: row.title_fa,
            province: row.province,
            centre: row.centre,
            weekdays: row.weekdays,
            every_days: row.every_days,
            day_of_season: row.day_of_season,
            opens_at: row.opens_at,
            closes_at: row.closes_at,
            from_day: row.from_day,
            until_day: row.until_day,
        }
    }
}

impl From<PolicyRow> for AttendancePolicy {
    fn from(row: PolicyRow) -> Self {
        AttendancePolicy {
            policy: row.policy,
            province: row.province,
            valid_from: Some(timestamp(row.valid_from)),
            lead_days: row.lead_days,
            horizon_days: row.horizon_days,
            overrun_minutes: row.overrun_minutes,
            record_within_hours: row.record_within_hours,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attendance::{Rhythm, read_pattern, read_policy};

    #[test]
    fn the_shipped_attendance_is_without_fault() {
        let shipped = shipped().unwrap();
        let rhythms: Vec<Rhythm> =
            shipped.patterns.iter().map(|pattern| read_pattern(pattern).unwrap().rhythm).collect();
        // Even days: Saturday, Monday and Wednesday.
        assert_eq!(rhythms, [Rhythm::Weekdays(0b010_0101), Rhythm::EveryDays(2), Rhythm::DayOfSeason(10)]);
        assert!(shipped.policies.iter().all(|policy| read_policy(policy).is_ok()));
        assert!(parse("[[pattern]]\npatern = \"x\"").is_err());
    }
}
