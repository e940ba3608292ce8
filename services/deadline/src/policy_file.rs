//! Policies as a file (TOML), for deployments and for those who keep them.

use anyhow::{Context as _, Result};
use contracts::deadline::{Escalation, EscalationLevel, Policy};
use contracts::timestamp;
use serde::Deserialize;

/// What a new deployment starts with.
const BUILT_IN: &str = include_str!("../policies.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    policy: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    policy: String,
    programme: String,
    length_days: u32,
    #[serde(default)]
    working_days: bool,
    #[serde(default)]
    ignores_closures: bool,
    #[serde(default)]
    ends_on_working_day: bool,
    #[serde(default)]
    honours_target: bool,
    #[serde(default)]
    reminder_days_before: Vec<u32>,
    #[serde(default)]
    escalations: Vec<Step>,
    #[serde(default)]
    pause_max_days: u32,
    #[serde(default)]
    return_within_days: u32,
    valid_from: Option<jiff::Timestamp>,
    valid_until: Option<jiff::Timestamp>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    offset_days: i32,
    to: Level,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Level {
    AgencyHead,
    Province,
    National,
}

/// The policies of a file.
///
/// # Errors
/// Says what cannot be read, and where.
pub fn parse(text: &str) -> Result<Vec<Policy>> {
    let file: File = toml::from_str(text).context("the policies cannot be read")?;
    Ok(file.policy.into_iter().map(policy).collect())
}

/// The policies that come with Samad.
///
/// # Errors
/// When the file that was built in cannot be read.
pub fn built_in() -> Result<Vec<Policy>> {
    parse(BUILT_IN)
}

fn policy(entry: Entry) -> Policy {
    let escalation = |step: Step| {
        let to = match step.to {
            Level::AgencyHead => EscalationLevel::AgencyHead,
            Level::Province => EscalationLevel::Province,
            Level::National => EscalationLevel::National,
        };
        Escalation { offset_days: step.offset_days, to: to.into() }
    };
    Policy {
        policy: entry.policy,
        version: 0,
        programme: entry.programme,
        length_days: entry.length_days,
        honours_target: entry.honours_target,
        reminder_days_before: entry.reminder_days_before,
        valid_from: entry.valid_from.map(timestamp),
        working_days: entry.working_days,
        ignores_closures: entry.ignores_closures,
        ends_on_working_day: entry.ends_on_working_day,
        escalations: entry.escalations.into_iter().map(escalation).collect(),
        pause_max_days: entry.pause_max_days,
        return_within_days: entry.return_within_days,
        valid_until: entry.valid_until.map(timestamp),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_policies_say_what_the_rules_say() {
        let policies = built_in().unwrap();
        let lengths: Vec<_> = policies.iter().map(|p| (p.programme.as_str(), p.length_days)).collect();
        assert_eq!(
            lengths,
            [
                ("", 15),
                ("inaction", 7),
                ("arbitration", 1),
                ("voicemail", 1),
                ("commitment", 30),
                ("boston311", 0)
            ]
        );
        for policy in policies {
            let proposal = crate::contract::proposal(policy).unwrap();
            assert_eq!(proposal.check(), Ok(()));
        }
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        assert!(parse("[[policy]]\npolicy = \"a\"\nprogramme = \"\"\nlength_day = 3").is_err());
    }
}
