//! What is counted of a province, and of each agency in it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::observation::Observation;
use super::referrals::Referral;

/// Counts by code.
pub type Counts = BTreeMap<String, u64>;

/// A province's period, or several provinces' together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub contacts: u64,
    pub by_channel: Counts,
    pub by_kind: Counts,
    pub by_topic: Counts,
    pub by_county: Counts,
    pub by_outcome: Counts,
    pub guidance: u64,
    pub by_rung: Counts,
    pub registered: u64,
    pub referrals: u64,
    pub referrals_by_agency: Counts,
    /// From registration to closing, of each case closed in the period.
    pub days_to_close: Lengths,
    pub agencies: BTreeMap<String, AgencyTally>,
    /// Solved and not solved, as citizens said.
    pub solved: u64,
    pub not_solved: u64,
    pub reopened: u64,
}

/// An agency's period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgencyTally {
    pub on_time: u64,
    pub late: u64,
    /// Past its due moment and without an answer at the period's end.
    pub overdue_open: u64,
    /// Of its answers, those given in the last days of the period.
    pub in_last_days: u64,
    /// From issue to answer.
    pub days_to_answer: Lengths,
    /// Points that came off its manager's score for inaction, and were not restored (rule 6).
    pub points_off: u64,
}

impl AgencyTally {
    /// Counts a referral that was answered in the period, or is overdue and open at its end.
    pub(super) fn count(
        &mut self,
        referral: &Referral,
        answered_at: Option<Timestamp>,
        last_days: Timestamp,
    ) {
        let Some(at) = answered_at else {
            self.overdue_open += 1;
            return;
        };
        *(if referral.is_late() { &mut self.late } else { &mut self.on_time }) += 1;
        self.in_last_days += u64::from(at >= last_days);
        if let Some(issued_at) = referral.issued_at {
            self.days_to_answer.add(issued_at, at);
        }
    }

    /// Answers given.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.on_time + self.late
    }

    fn merge(&mut self, other: &Self) {
        self.on_time += other.on_time;
        self.late += other.late;
        self.overdue_open += other.overdue_open;
        self.in_last_days += other.in_last_days;
        self.days_to_answer.merge(&other.days_to_answer);
        self.points_off += other.points_off;
    }
}

impl Tally {
    pub(super) fn count(&mut self, observation: &Observation) {
        match observation {
            Observation::Contact { county, channel, kind, topic, outcome, .. } => {
                self.contacts += 1;
                one(&mut self.by_channel, channel);
                one(&mut self.by_kind, kind);
                one(&mut self.by_topic, topic);
                one(&mut self.by_county, county);
                one(&mut self.by_outcome, outcome);
            }
            Observation::Guidance { rung, .. } => {
                self.guidance += 1;
                one(&mut self.by_rung, rung);
            }
            Observation::Registered { .. } => self.registered += 1,
            Observation::Closed { registered_at, at, .. } => self.days_to_close.add(*registered_at, *at),
            Observation::Issued { referral, .. } => {
                self.referrals += 1;
                one(&mut self.referrals_by_agency, &referral.agency);
            }
            Observation::Feedback { solved, .. } => {
                *(if *solved { &mut self.solved } else { &mut self.not_solved }) += 1;
            }
            Observation::Reopened { .. } => self.reopened += 1,
            _ => {}
        }
    }

    /// Adds another province's.
    pub fn merge(&mut self, other: &Self) {
        self.contacts += other.contacts;
        self.guidance += other.guidance;
        self.registered += other.registered;
        self.referrals += other.referrals;
        self.solved += other.solved;
        self.not_solved += other.not_solved;
        self.reopened += other.reopened;
        for (mine, others) in [
            (&mut self.by_channel, &other.by_channel),
            (&mut self.by_kind, &other.by_kind),
            (&mut self.by_topic, &other.by_topic),
            (&mut self.by_county, &other.by_county),
            (&mut self.by_outcome, &other.by_outcome),
            (&mut self.by_rung, &other.by_rung),
            (&mut self.referrals_by_agency, &other.referrals_by_agency),
        ] {
            others.iter().for_each(|(code, count)| *mine.entry(code.clone()).or_default() += count);
        }
        self.days_to_close.merge(&other.days_to_close);
        for (agency, tally) in &other.agencies {
            self.agencies.entry(agency.clone()).or_default().merge(tally);
        }
    }

    /// All agencies together.
    #[must_use]
    pub fn answers(&self) -> AgencyTally {
        let mut all = AgencyTally::default();
        self.agencies.values().for_each(|agency| all.merge(agency));
        all
    }
}

fn one(counts: &mut Counts, code: &str) {
    match counts.get_mut(code) {
        Some(count) => *count += 1,
        None => {
            counts.insert(code.to_owned(), 1);
        }
    }
}

/// Lengths of time, by tenths of a day: memory grows with the different lengths, not with the cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lengths(BTreeMap<u64, u64>);

/// Seconds of a tenth of a day.
const TENTH: u64 = 8_640;

impl Lengths {
    fn add(&mut self, from: Timestamp, to: Timestamp) {
        let seconds = u64::try_from(to.duration_since(from).as_secs()).unwrap_or_default();
        *self.0.entry((seconds + TENTH / 2) / TENTH).or_default() += 1;
    }

    fn merge(&mut self, other: &Self) {
        other.0.iter().for_each(|(tenths, count)| *self.0.entry(*tenths).or_default() += count);
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// Tenths of days that so many percent of them do not exceed (nearest rank); none of none.
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Option<u64> {
        let rank = (self.count() * percent).div_ceil(100).max(1);
        let mut passed = 0;
        self.0.iter().find_map(|(tenths, count)| {
            passed += count;
            (passed >= rank).then_some(*tenths)
        })
    }
}
