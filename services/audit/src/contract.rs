//! Between the contracts' messages and the domain's values.

use contracts::audit as wire;
use contracts::timestamp;
use jiff::civil::Date;

use crate::domain::days::read_day;
use crate::domain::faults::Fault;
use crate::domain::office::Term;
use crate::domain::points::{Deduction, Evidence, Restored};
use crate::domain::policy::{EvaluationPolicy, ReportPolicy, Validity};
use crate::domain::rebuttal::{Rebuttal, Ruled, Ruling};

const DAY: &str = "must be a day such as 1404-01-15 or 2025-04-04";

fn day(field: &'static str, text: &str) -> Result<Date, Fault> {
    read_day(text).ok_or_else(|| Fault::new(field, DAY))
}

fn days(first: &str, last: &str) -> Result<(Date, Option<Date>), Fault> {
    let last = if last.is_empty() { None } else { Some(day("last_day", last)?) };
    Ok((day("first_day", first)?, last))
}

fn iso(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// A term as it was given; its version is not read.
pub fn read_term(term: wire::Term) -> Result<Term, Fault> {
    let (first_day, last_day) = days(&term.first_day, &term.last_day)?;
    let wire::Term { agency, province, manager, name_fa, title_fa, withdrawn, .. } = term;
    Ok(Term { agency, province, manager, name_fa, title_fa, first_day, last_day, version: 0, withdrawn })
}

/// A term as it is told.
#[must_use]
pub fn term(term: &Term) -> wire::Term {
    wire::Term {
        agency: term.agency.clone(),
        province: term.province.clone(),
        manager: term.manager.clone(),
        name_fa: term.name_fa.clone(),
        title_fa: term.title_fa.clone(),
        first_day: iso(Some(term.first_day)),
        last_day: iso(term.last_day),
        version: term.version,
        withdrawn: term.withdrawn,
    }
}

/// A policy as it was given; its version is not read.
pub fn read_evaluation_policy(policy: wire::EvaluationPolicy) -> Result<EvaluationPolicy, Fault> {
    let (first_day, last_day) = days(&policy.first_day, &policy.last_day)?;
    Ok(EvaluationPolicy {
        validity: Validity { policy: policy.policy, version: 0, first_day, last_day },
        base_points: policy.base_points,
        inaction_points: policy.inaction_points,
        rebuttal_days: policy.rebuttal_days,
        missed_points: policy.missed_points,
        reopened_points: policy.reopened_points,
        band_floors: policy.band_floors,
    })
}

/// A policy as it is told.
#[must_use]
pub fn evaluation_policy(policy: &EvaluationPolicy) -> wire::EvaluationPolicy {
    let Validity { policy: name, version, first_day, last_day } = policy.validity.clone();
    wire::EvaluationPolicy {
        policy: name,
        version,
        first_day: iso(Some(first_day)),
        last_day: iso(last_day),
        base_points: policy.base_points,
        inaction_points: policy.inaction_points,
        rebuttal_days: policy.rebuttal_days,
        missed_points: policy.missed_points,
        reopened_points: policy.reopened_points,
        band_floors: policy.band_floors.clone(),
    }
}

/// A policy as it was given; its version is not read.
pub fn read_report_policy(policy: wire::ReportPolicy) -> Result<ReportPolicy, Fault> {
    let (first_day, last_day) = days(&policy.first_day, &policy.last_day)?;
    Ok(ReportPolicy {
        validity: Validity { policy: policy.policy, version: 0, first_day, last_day },
        issue_after_hours: policy.issue_after_hours,
        mass_closing_days: policy.mass_closing_days,
        mass_closing_least: policy.mass_closing_least,
        mass_closing_percent: policy.mass_closing_percent,
        least_people: policy.least_people,
    })
}

/// A policy as it is told.
#[must_use]
pub fn report_policy(policy: &ReportPolicy) -> wire::ReportPolicy {
    let Validity { policy: name, version, first_day, last_day } = policy.validity.clone();
    wire::ReportPolicy {
        policy: name,
        version,
        first_day: iso(Some(first_day)),
        last_day: iso(last_day),
        issue_after_hours: policy.issue_after_hours,
        mass_closing_days: policy.mass_closing_days,
        mass_closing_least: policy.mass_closing_least,
        mass_closing_percent: policy.mass_closing_percent,
        least_people: policy.least_people,
    }
}

/// That points came off.
#[must_use]
pub fn points_deducted(deduction: &Deduction) -> wire::PointsDeducted {
    let name = |fact: &str| fact.rsplit('.').next().unwrap_or_default().to_owned();
    let line = |line: &Evidence| wire::Evidence {
        index: line.index,
        fact_id: line.fact_id.to_string(),
        fact: name(&line.fact),
    };
    let breach = &deduction.breach;
    wire::PointsDeducted {
        deduction_id: deduction.breach_id.to_string(),
        referral_id: breach.referral_id.to_string(),
        case_id: breach.case_id.to_string(),
        agency: breach.agency.clone(),
        province: breach.province.clone(),
        manager: deduction.manager.clone(),
        points: deduction.points,
        policy: deduction.policy.clone(),
        policy_version: deduction.policy_version,
        breach_day: iso(Some(deduction.breach_day)),
        due_at: breach.due_at.map(timestamp),
        evidence: deduction.evidence.iter().map(line).collect(),
        deducted_at: Some(timestamp(deduction.deducted_at)),
    }
}

/// That they were restored, if they were.
#[must_use]
pub fn points_restored(deduction: &Deduction) -> Option<wire::PointsRestored> {
    let (restored_at, reason) = deduction.restored?;
    let reason = match reason {
        Restored::BreachWithdrawn => wire::RestoreReason::BreachWithdrawn,
        Restored::RebuttalAccepted => wire::RestoreReason::RebuttalAccepted,
    };
    let breach = &deduction.breach;
    Some(wire::PointsRestored {
        deduction_id: deduction.breach_id.to_string(),
        referral_id: breach.referral_id.to_string(),
        case_id: breach.case_id.to_string(),
        agency: breach.agency.clone(),
        province: breach.province.clone(),
        manager: deduction.manager.clone(),
        points: deduction.points,
        reason: reason.into(),
        breach_day: iso(Some(deduction.breach_day)),
        restored_at: Some(timestamp(restored_at)),
    })
}

/// That a rebuttal was filed.
#[must_use]
pub fn rebuttal_filed(deduction: &Deduction, rebuttal: &Rebuttal) -> wire::RebuttalFiled {
    wire::RebuttalFiled {
        deduction_id: deduction.breach_id.to_string(),
        case_id: deduction.breach.case_id.to_string(),
        agency: deduction.breach.agency.clone(),
        province: deduction.breach.province.clone(),
        manager: deduction.manager.clone(),
        text: rebuttal.text.clone(),
        filed_by: rebuttal.filed_by.clone(),
        filed_at: Some(timestamp(rebuttal.filed_at)),
    }
}

/// What was ruled on a rebuttal.
#[must_use]
pub fn rebuttal_ruled(deduction: &Deduction, ruled: &Ruled) -> wire::RebuttalRuled {
    let ruling = match ruled.ruling {
        Ruling::Upheld => wire::Ruling::Upheld,
        Ruling::Reversed => wire::Ruling::Reversed,
    };
    wire::RebuttalRuled {
        deduction_id: deduction.breach_id.to_string(),
        case_id: deduction.breach.case_id.to_string(),
        agency: deduction.breach.agency.clone(),
        province: deduction.breach.province.clone(),
        manager: deduction.manager.clone(),
        ruling: ruling.into(),
        reason: ruled.reason.clone(),
        ruled_by: ruled.ruled_by.clone(),
        ruled_at: Some(timestamp(ruled.ruled_at)),
    }
}
