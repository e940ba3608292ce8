//! Everything that deadlines are derived from beside the referral itself, in one version: policies, calendar, outages.

use std::sync::Arc;

use jalali::{Calendar, Tehran};
use jiff::Timestamp;
use uuid::Uuid;

use super::account::Party;
use super::calendar::{DayOff, Span, Week, of_version};
use super::change::{Change, changes};
use super::policy::{Policy, governing};

/// Hours in which delivery to an agency was broken, and whom they are charged to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// Chosen by who charged it.
    pub id: Uuid,
    /// The agency that was out of reach.
    pub agency: String,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Who answers for it.
    pub to: Party,
    /// Why, in Persian.
    pub reason_fa: String,
    /// When it counts.
    pub span: Span,
}

/// The rules of one version; they never change.
#[derive(Debug, Clone)]
pub struct Rules {
    /// One more at each change.
    pub version: u64,
    /// Where days are counted.
    pub tehran: Tehran,
    policies: Vec<Arc<Policy>>,
    days_off: Vec<DayOff>,
    weeks: Vec<Week>,
    outages: Vec<Outage>,
    calendar: Calendar,
    changes: Vec<Change>,
}

impl Rules {
    /// The rules of `version`; what came later is left out.
    #[must_use]
    pub fn new(
        version: u64,
        tehran: &Tehran,
        policies: Vec<Arc<Policy>>,
        days_off: Vec<DayOff>,
        weeks: Vec<Week>,
        mut outages: Vec<Outage>,
    ) -> Self {
        outages.sort_unstable_by_key(|outage| (outage.from, outage.until));
        let calendar = of_version(&days_off, &weeks, version);
        let changes = changes(version, &days_off, &weeks, &outages, tehran);
        Rules { version, tehran: tehran.clone(), policies, days_off, weeks, outages, calendar, changes }
    }

    /// The rules as they were in an earlier version, with every policy that was ever adopted.
    #[must_use]
    pub fn as_of(&self, version: u64) -> Self {
        let Rules { tehran, policies, days_off, weeks, outages, .. } = self;
        let version = version.min(self.version);
        Self::new(version, tehran, policies.clone(), days_off.clone(), weeks.clone(), outages.clone())
    }

    /// Every version of every policy.
    #[must_use]
    pub fn policies(&self) -> &[Arc<Policy>] {
        &self.policies
    }

    /// Holidays and closures, also those that count no more.
    #[must_use]
    pub fn days_off(&self) -> &[DayOff] {
        &self.days_off
    }

    /// Weekly days off as they were imported.
    #[must_use]
    pub fn weeks(&self) -> &[Week] {
        &self.weeks
    }

    /// The days off that count.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// That version of that policy.
    #[must_use]
    pub fn policy(&self, name: &str, version: u32) -> Option<&Arc<Policy>> {
        self.policies.iter().find(|policy| policy.version == version && policy.name == name)
    }

    /// The policy that governs what begins at `at` under `programme`.
    #[must_use]
    pub fn governing(&self, programme: &str, at: Timestamp) -> Option<&Arc<Policy>> {
        governing(&self.policies, programme, at)
    }

    /// The outages of that agency that count, by their beginning.
    pub fn outages<'a>(&'a self, agency: &'a str) -> impl Iterator<Item = &'a Outage> + 'a {
        self.outages.iter().filter(move |o| o.agency == agency && o.span.holds(self.version))
    }

    /// What changed after that version, in order.
    #[must_use]
    pub fn changes_after(&self, version: u64) -> &[Change] {
        &self.changes[self.changes.partition_point(|change| change.version <= version)..]
    }
}
