//! Policies of evaluations and reports: versioned data with a validity in days.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::faults::{Fault, code};

/// Bands of volume, at most.
const MAX_BANDS: usize = 20;
/// Points, days, hours and people, at most: beyond it somebody mistyped.
const MOST: u32 = 100_000;

/// Name, version and the days that a policy governs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validity {
    pub policy: String,
    /// From 1.
    pub version: u32,
    /// Days in Tehran, both included.
    pub first_day: Date,
    /// None: no end.
    pub last_day: Option<Date>,
}

/// A policy: a version of it, once adopted, never changes.
pub trait Governs: Clone + PartialEq {
    /// Its name, version and days.
    fn validity(&self) -> &Validity;
    /// See [`Governs::validity`].
    fn validity_mut(&mut self) -> &mut Validity;
    /// Whether it can be used.
    ///
    /// # Errors
    /// The field that cannot.
    fn check(&self) -> Result<(), Fault>;
}

/// How points are given and taken in a year (rule 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationPolicy {
    pub validity: Validity,
    /// What a manager begins the year with.
    pub base_points: u32,
    /// Off for each inaction complaint that was not answered in time.
    pub inaction_points: u32,
    /// Days after the deduction in which a rebuttal may be filed.
    pub rebuttal_days: u32,
    /// Off if every referral were missed; of fewer, the same share.
    pub missed_points: u32,
    /// Off if every answered referral were reopened; of fewer, the same share.
    pub reopened_points: u32,
    /// Referrals from which each band of volume begins, ascending.
    pub band_floors: Vec<u32>,
}

/// How reports are made (rule 10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportPolicy {
    pub validity: Validity,
    /// Hours after the period's end when its reports are issued.
    pub issue_after_hours: u32,
    /// The last days of a period that are looked at for mass closing.
    pub mass_closing_days: u32,
    /// An agency with fewer answers in the period is not flagged.
    pub mass_closing_least: u32,
    /// The share of its answers in those days from which it is.
    pub mass_closing_percent: u32,
    /// Public editions hide cells of fewer people.
    pub least_people: u32,
}

impl Governs for EvaluationPolicy {
    fn validity(&self) -> &Validity {
        &self.validity
    }

    fn validity_mut(&mut self) -> &mut Validity {
        &mut self.validity
    }

    fn check(&self) -> Result<(), Fault> {
        check_validity(&self.validity)?;
        let numbers = [
            ("base_points", self.base_points),
            ("inaction_points", self.inaction_points),
            ("rebuttal_days", self.rebuttal_days),
            ("missed_points", self.missed_points),
            ("reopened_points", self.reopened_points),
        ];
        check_numbers(&numbers)?;
        let ascending = self.band_floors.windows(2).all(|pair| pair[0] < pair[1]);
        let begins = self.band_floors.first().is_some_and(|first| *first > 0);
        if !ascending || !begins || self.band_floors.len() > MAX_BANDS {
            return Err(Fault::new("band_floors", "must be 1 to 20 ascending numbers above 0"));
        }
        Ok(())
    }
}

impl Governs for ReportPolicy {
    fn validity(&self) -> &Validity {
        &self.validity
    }

    fn validity_mut(&mut self) -> &mut Validity {
        &mut self.validity
    }

    fn check(&self) -> Result<(), Fault> {
        check_validity(&self.validity)?;
        let numbers = [
            ("issue_after_hours", self.issue_after_hours),
            ("mass_closing_days", self.mass_closing_days),
            ("mass_closing_least", self.mass_closing_least),
            ("least_people", self.least_people),
        ];
        check_numbers(&numbers)?;
        if self.mass_closing_percent > 100 {
            return Err(Fault::new("mass_closing_percent", "must be at most 100"));
        }
        Ok(())
    }
}

fn check_validity(validity: &Validity) -> Result<(), Fault> {
    code("policy", &validity.policy)?;
    if validity.last_day.is_some_and(|last| last < validity.first_day) {
        return Err(Fault::new("last_day", "must not be before first_day"));
    }
    Ok(())
}

fn check_numbers(numbers: &[(&str, u32)]) -> Result<(), Fault> {
    match numbers.iter().find(|(_, number)| *number > MOST) {
        Some((field, _)) => Err(Fault::new(field, &format!("must be at most {MOST}"))),
        None => Ok(()),
    }
}

/// The policy that governs a day: of those valid then the newest version, which may correct an earlier one's validity.
#[must_use]
pub fn governing<P: Governs>(known: &[P], day: Date) -> Option<&P> {
    let valid = |policy: &&P| {
        let Validity { first_day, last_day, .. } = policy.validity();
        *first_day <= day && last_day.is_none_or(|last| day <= last)
    };
    known.iter().filter(valid).max_by_key(|policy| (policy.validity().version, policy.validity().first_day))
}

/// What an import adds: of each policy that differs from its newest version the next one.
///
/// # Errors
/// The field of the policy that cannot be used.
pub fn adopt<P: Governs>(known: &[P], imported: Vec<P>, list: &str) -> Result<Vec<P>, Fault> {
    let mut adopted: Vec<P> = Vec::new();
    for (place, mut policy) in imported.into_iter().enumerate() {
        policy.check().map_err(|fault| fault.at(list, place))?;
        let name = &policy.validity().policy;
        let same = known.iter().chain(&adopted).filter(|known| known.validity().policy == *name);
        let newest = same.max_by_key(|known| known.validity().version);
        policy.validity_mut().version = newest.map_or(1, |newest| newest.validity().version);
        if newest == Some(&policy) {
            continue;
        }
        policy.validity_mut().version += u32::from(newest.is_some());
        adopted.push(policy);
    }
    Ok(adopted)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn policy(first_day: Date, inaction_points: u32) -> EvaluationPolicy {
        EvaluationPolicy {
            validity: Validity { policy: "evaluation".into(), version: 0, first_day, last_day: None },
            base_points: 100,
            inaction_points,
            rebuttal_days: 10,
            missed_points: 40,
            reopened_points: 20,
            band_floors: vec![10, 100],
        }
    }

    #[test]
    fn a_changed_policy_becomes_the_next_version_and_governs_from_its_day_on() {
        let first = adopt(&[], vec![policy(date(2025, 3, 21), 5)], "evaluation").unwrap();
        assert!(adopt(&first, vec![policy(date(2025, 3, 21), 5)], "evaluation").unwrap().is_empty());
        let mut known = first.clone();
        known.extend(adopt(&first, vec![policy(date(2026, 3, 21), 8)], "evaluation").unwrap());
        let points = |day| governing(&known, day).map(|policy| policy.inaction_points);
        assert_eq!(points(date(2025, 3, 20)), None);
        assert_eq!(points(date(2026, 3, 20)), Some(5));
        assert_eq!(points(date(2026, 3, 21)), Some(8));
        assert_eq!(known[1].validity.version, 2);
    }

    #[test]
    fn what_cannot_govern_is_named() {
        let mut broken = policy(date(2025, 3, 21), 5);
        broken.band_floors = vec![10, 10];
        assert_eq!(adopt(&[], vec![broken], "evaluation").unwrap_err().field, "evaluation[0].band_floors");
    }

    proptest! {
        /// Whatever is imported how often: versions go up one by one, the same again adds nothing, no adopted version changes,
        /// and of those valid on a day the newest governs.
        #[test]
        fn versions_go_up_and_stay(
            imports in prop::collection::vec((0..400_i64, prop::option::of(0..200_i64), 0..3_u32), 1..10),
            day in 0..700_i64,
        ) {
            use jiff::ToSpan as _;
            let at = |day: i64| date(2025, 3, 21) + day.days();
            let mut known: Vec<EvaluationPolicy> = Vec::new();
            for (first, lasts, points) in imports {
                let mut new = policy(at(first), points);
                new.validity.last_day = lasts.map(|days| at(first + days));
                let before = known.clone();
                known.extend(adopt(&known, vec![new.clone()], "evaluation").unwrap());
                prop_assert!(known.starts_with(&before) && known.len() <= before.len() + 1);
                prop_assert!(adopt(&known, vec![new], "evaluation").unwrap().is_empty());
            }
            let versions: Vec<u32> = known.iter().map(|policy| policy.validity.version).collect();
            prop_assert!(versions.iter().copied().eq(1..=u32::try_from(known.len()).unwrap()));
            let valid = |policy: &&EvaluationPolicy| {
                let Validity { first_day, last_day, .. } = policy.validity;
                first_day <= at(day) && last_day.is_none_or(|last| at(day) <= last)
            };
            prop_assert_eq!(governing(&known, at(day)), known.iter().rfind(valid));
        }
    }
}
