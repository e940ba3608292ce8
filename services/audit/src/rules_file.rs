//! Policies of evaluations and reports as a file (TOML), for deployments and for those who keep them.

use anyhow::{Context as _, Result};
use contracts::audit::{EvaluationPolicy, ImportEvaluationRulesRequest, ReportPolicy};
use serde::Deserialize;

/// What a new deployment starts with.
const BUILT_IN: &str = include_str!("../policies.toml");

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    evaluation: Vec<Evaluation>,
    report: Vec<Report>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Evaluation {
    policy: String,
    first_day: String,
    #[serde(default)]
    last_day: String,
    base_points: u32,
    inaction_points: u32,
    rebuttal_days: u32,
    missed_points: u32,
    reopened_points: u32,
    band_floors: Vec<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    policy: String,
    first_day: String,
    #[serde(default)]
    last_day: String,
    issue_after_hours: u32,
    mass_closing_days: u32,
    mass_closing_least: u32,
    mass_closing_percent: u32,
    least_people: u32,
}

/// The policies of a file.
///
/// # Errors
/// Says what cannot be read, and where.
pub fn parse(text: &str) -> Result<ImportEvaluationRulesRequest> {
    let file: File = toml::from_str(text).context("the policies cannot be read")?;
    let evaluation = |entry: Evaluation| EvaluationPolicy {
        policy: entry.policy,
        version: 0,
        first_day: entry.first_day,
        last_day: entry.last_day,
        base_points: entry.base_points,
        inaction_points: entry.inaction_points,
        rebuttal_days: entry.rebuttal_days,
        missed_points: entry.missed_points,
        reopened_points: entry.reopened_points,
        band_floors: entry.band_floors,
    };
    let report = |entry: Report| ReportPolicy {
        policy: entry.policy,
        version: 0,
        first_day: entry.first_day,
        last_day: entry.last_day,
        issue_after_hours: entry.issue_after_hours,
        mass_closing_days: entry.mass_closing_days,
        mass_closing_least: entry.mass_closing_least,
        mass_closing_percent: entry.mass_closing_percent,
        least_people: entry.least_people,
    };
    Ok(ImportEvaluationRulesRequest {
        evaluation: file.evaluation.into_iter().map(evaluation).collect(),
        report: file.report.into_iter().map(report).collect(),
    })
}

/// The policies that come with Samad.
///
/// # Errors
/// When the file that was built in cannot be read.
pub fn built_in() -> Result<ImportEvaluationRulesRequest> {
    parse(BUILT_IN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{read_evaluation_policy, read_report_policy};
    use crate::domain::policy::adopt;

    #[test]
    fn the_built_in_policies_can_be_used() {
        let rules = built_in().unwrap();
        let evaluation = rules.evaluation.into_iter().map(|policy| read_evaluation_policy(policy).unwrap());
        let report = rules.report.into_iter().map(|policy| read_report_policy(policy).unwrap());
        assert_eq!(adopt(&[], evaluation.collect(), "evaluation").unwrap().len(), 1);
        assert_eq!(adopt(&[], report.collect(), "report").unwrap()[0].least_people, 5);
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        assert!(parse("[[report]]\npolicy = \"a\"\nfirst_da = \"1404-01-01\"").is_err());
    }
}
