//! Reads files of desk rules: TOML with arrays `hours` and `policy` (see `desk.toml`).

use contracts::intake::{
    DeskPolicy, HoursKind, HoursRule, ImportDeskRulesRequest, LastResort, SameMatterRule,
};
use contracts::timestamp;
use jiff::Timestamp;
use serde::Deserialize;

/// A file that holds no desk rules; names the place in it.
#[derive(Debug, thiserror::Error)]
#[error("the file of desk rules cannot be read: {0}")]
pub struct DeskFileError(#[from] toml::de::Error);

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    hours: Vec<HoursRow>,
    policy: Vec<PolicyRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HoursRow {
    rule: String,
    kind: KindWord,
    #[serde(default)]
    province: String,
    #[serde(default)]
    centre: String,
    #[serde(default)]
    weekdays: Vec<u32>,
    #[serde(default)]
    opens_at: String,
    #[serde(default)]
    closes_at: String,
    from_day: String,
    #[serde(default)]
    until_day: String,
    #[serde(default)]
    reason_fa: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum KindWord {
    Usual,
    Closure,
    Trip,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyRow {
    policy: String,
    #[serde(default)]
    province: String,
    valid_from: Timestamp,
    citation_required: bool,
    lease_minutes: u32,
    rejoin_minutes: u32,
    idle_days: u32,
    #[serde(default)]
    feedback_days: u32,
    reopen_max: Option<u32>,
    #[serde(default)]
    last_resort: ResortWord,
    #[serde(default)]
    same_matter: SameMatterWord,
    #[serde(default)]
    alike_percent: u32,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SameMatterWord {
    Off,
    #[default]
    Inform,
    Reason,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ResortWord {
    #[default]
    Arbiter,
    Complaint,
}

/// What a new deployment starts with.
///
/// # Errors
/// Never in a released build: a test reads the file.
pub fn shipped() -> Result<ImportDeskRulesRequest, DeskFileError> {
    parse(include_str!("../desk.toml"))
}

/// The import that a file asks for.
///
/// # Errors
/// When the text is not TOML of that shape; unknown keys are refused.
pub fn parse(text: &str) -> Result<ImportDeskRulesRequest, DeskFileError> {
    let file: File = toml::from_str(text)?;
    Ok(ImportDeskRulesRequest {
        hours: file.hours.into_iter().map(HoursRule::from).collect(),
        policies: file.policy.into_iter().map(DeskPolicy::from).collect(),
    })
}

impl From<HoursRow> for HoursRule {
    fn from(row: HoursRow) -> Self {
        let kind = match row.kind {
            KindWord::Usual => HoursKind::Usual,
            KindWord::Closure => HoursKind::Closure,
            KindWord::Trip => HoursKind::Trip,
        };
        HoursRule {
            rule: row.rule,
            kind: kind.into(),
            province: row.province,
            centre: row.centre,
            weekdays: row.weekdays,
            opens_at: row.opens_at,
            closes_at: row.closes_at,
            from_day: row.from_day,
            until_day: row.until_day,
            reason_fa: row.reason_fa,
        }
    }
}

impl From<PolicyRow> for DeskPolicy {
    fn from(row: PolicyRow) -> Self {
        let last_resort = match row.last_resort {
            ResortWord::Arbiter => LastResort::Arbiter,
            ResortWord::Complaint => LastResort::Complaint,
        };
        let same_matter = match row.same_matter {
            SameMatterWord::Off => SameMatterRule::Off,
            SameMatterWord::Inform => SameMatterRule::Inform,
            SameMatterWord::Reason => SameMatterRule::Reason,
        };
        DeskPolicy {
            policy: row.policy,
            province: row.province,
            valid_from: Some(timestamp(row.valid_from)),
            citation_required: row.citation_required,
            lease_minutes: row.lease_minutes,
            rejoin_minutes: row.rejoin_minutes,
            idle_days: row.idle_days,
            feedback_days: row.feedback_days,
            reopen_max: row.reopen_max,
            last_resort: last_resort.into(),
            same_matter: same_matter.into(),
            alike_percent: row.alike_percent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{desk, hours};

    #[test]
    fn the_shipped_rules_are_without_fault() {
        let shipped = shipped().unwrap();
        let hours: Vec<_> = shipped.hours.iter().map(|rule| hours::read(rule).unwrap()).collect();
        assert_eq!((hours[0].opens, hours[0].closes), (7 * 60 + 30, 14 * 60 + 30));
        assert!(shipped.policies.iter().all(|policy| desk::read(policy).is_ok()));
        assert!(parse("[[hours]]\nrul = \"x\"").is_err());
    }
}
