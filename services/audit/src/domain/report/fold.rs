//! Folds facts into the tallies of a period's provinces.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jalali::Tehran;
use jiff::Timestamp;
use uuid::Uuid;

use super::figures::Tally;
use super::names::{Names, Naming};
use super::observation::{Deducted, Holder, Observation};
use super::period::Period;
use super::referrals::Referrals;

/// Folds the leaves of a period's report.
pub struct Fold {
    moments: Range<Timestamp>,
    /// From here on answers count as given in the last days.
    last_days: Timestamp,
    referrals: Referrals,
    provinces: BTreeMap<String, Tally>,
    naming: Naming,
    /// Points that came off in the period, and what was restored before its end.
    deducted: BTreeMap<Uuid, Deducted>,
    restored: BTreeSet<Uuid>,
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
            naming: Naming::default(),
            deducted: BTreeMap::new(),
            restored: BTreeSet::new(),
        }
    }

    /// Folds one observation in.
    pub fn hear(&mut self, observation: &Observation, leaf: u64) {
        let at = observation.at();
        if at >= self.moments.end {
            return;
        }
        self.referrals.hear(observation, leaf);
        self.naming.hear(observation);
        if let Observation::Restored { deduction_id, .. } = observation {
            self.restored.insert(*deduction_id);
        }
        if at >= self.moments.start {
            self.count(observation);
        }
    }

    fn count(&mut self, observation: &Observation) {
        if let Observation::Deducted { deduction_id, deducted, .. } = observation {
            self.deducted.insert(*deduction_id, deducted.clone());
        }
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

    /// The tallies of each province, and what agencies and topics are called.
    #[must_use]
    pub fn finish(mut self) -> (BTreeMap<String, Tally>, Names) {
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
        let stand = self.deducted.into_iter().filter(|(id, _)| !self.restored.contains(id));
        for (_, Deducted { agency, province, points, .. }) in stand {
            let tally = self.provinces.entry(province).or_default();
            tally.agencies.entry(agency).or_default().points_off += u64::from(points);
        }
        (self.provinces, self.naming.finish())
    }
}
