//! Folds facts into the tallies of a period's provinces.

use std::collections::BTreeMap;
use std::ops::Range;

use jalali::Tehran;
use jiff::Timestamp;

use super::figures::Tally;
use super::observation::{Holder, Observation};
use super::period::Period;
use super::referrals::Referrals;

/// Folds the leaves of a period's report.
pub struct Fold {
    moments: Range<Timestamp>,
    /// From here on answers count as given in the last days.
    last_days: Timestamp,
    referrals: Referrals,
    provinces: BTreeMap<String, Tally>,
    names: BTreeMap<String, (Timestamp, String)>,
}

impl Fold {
    /// Begins the report of a period whose last so many days are looked at for mass closing.
    #[must_use]
    pub fn new(period: Period, mass_closing_days: u32, tehran: &Tehran) -> Self {
        let days = period.days();
        let first_of_last = days.end().plus_days(1 - i64::from(mass_closing_days));
        Self {
            moments: period.moments(tehran),
            last_days: tehran.first_moment(first_of_last),
            referrals: Referrals::default(),
            provinces: BTreeMap::new(),
            names: BTreeMap::new(),
        }
    }

    /// Folds one observation in.
    pub fn hear(&mut self, observation: &Observation, leaf: u64) {
        let at = observation.at();
        if at >= self.moments.end {
            return;
        }
        self.referrals.hear(observation, leaf);
        if let Observation::Named { agency, name_fa, .. } = observation {
            let named = (at, name_fa.clone());
            let known = self.names.entry(agency.clone()).or_insert_with(|| named.clone());
            if *known < named {
                *known = named;
            }
        }
        if at >= self.moments.start {
            self.count(observation);
        }
    }

    fn count(&mut self, observation: &Observation) {
        let (Observation::Contact { province, .. }
        | Observation::Guidance { province, .. }
        | Observation::Registered { province, .. }
        | Observation::Closed { province, .. }
        | Observation::Feedback { province, .. }
        | Observation::Reopened { province, .. }
        | Observation::Issued { referral: Holder { province, .. }, .. }) = observation
        else {
            return;
        };
        self.provinces.entry(province.clone()).or_default().count(observation);
    }

    /// The tallies of each province, and what agencies are called.
    #[must_use]
    pub fn finish(mut self) -> (BTreeMap<String, Tally>, BTreeMap<String, String>) {
        for referral in self.referrals.by_id.values() {
            let answered_at = referral.answered.map(|(at, _)| at).filter(|at| self.moments.contains(at));
            let overdue_open = referral.is_overdue_open(self.moments.end);
            if answered_at.is_none() && !overdue_open {
                continue;
            }
            let tally = self.provinces.entry(referral.province.to_string()).or_default();
            let agency = tally.agencies.entry(referral.agency.to_string()).or_default();
            agency.count(referral, answered_at, self.last_days);
        }
        let names = self.names.into_iter().map(|(agency, (_, name))| (agency, name)).collect();
        (self.provinces, names)
    }
}
